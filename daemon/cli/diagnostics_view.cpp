#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

namespace mizo::cli {

std::string diagnostics_view(const json::object& listing)
{
    Table lines{{"FILE", "SIZE", "CONTENT"}};
    for (const json::value& one : array_of(listing, "files")) {
        const json::object& file = as_object(one);
        lines.add({text_of(file, "name"), bytes_text(count_of(file, "size")), text_of(file, "text")});
    }
    return lines.text();
}

} // namespace mizo::cli
