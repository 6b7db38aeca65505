#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

namespace mizo::cli {

std::string learn_view(const json::object& learn)
{
    std::string text = printable(text_of(learn, "text")) + "\n";
    const json::object& match = object_of(learn, "match");
    Table facts;
    for (const std::string_view name : {"header", "hash", "padding", "encoding", "prefix", "bytes"})
        if (const auto value = text_of(match, name); !value.empty()) facts.add({std::string{name}, value});
    if (!match.empty()) facts.add({"certificate", text_of(learn, "thumbprint")});
    text += facts.text("  ");
    std::string headers;
    for (const json::value& header : array_of(learn, "headers"))
        if (header.is_string()) headers += (headers.empty() ? "" : ", ") + std::string{header.get_string()};
    if (match.empty() && !headers.empty()) text += "  headers of the delivery: " + printable(headers) + "\n";
    for (const json::value& hint : array_of(learn, "hints"))
        text += "  hint: " + printable(text_of(as_object(hint), "text")) + "\n";
    return text;
}

} // namespace mizo::cli
