#include "daemon/halo/api_error.hpp"

#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

namespace mizo::halo {

namespace {

namespace json = boost::json;

constexpr std::size_t text_bytes = 300;
constexpr std::size_t looked_at_bytes = 64 * 1024;

std::string words_of(const json::object& object)
{
    const Fields fields{object};
    const auto text = [&](std::string_view name) { return fields.text(name, text_bytes); };
    const std::string error = text("error");
    const std::string description = text("error_description");
    if (!error.empty() && !description.empty()) return error + ": " + description;
    for (const std::string& found : {error, description, text("errorMessage"), text("Message"),
                                     text("message"), text("title"), text("ClassName")})
        if (!found.empty()) return found;
    return {};
}

// The title of an HTML page, as IIS and proxies put what is wrong there.
std::string title_of(std::string_view body)
{
    const std::string page = lower_case(body.substr(0, looked_at_bytes));
    const auto open = page.find("<title");
    const auto begin = open == std::string::npos ? open : page.find('>', open);
    const auto end = begin == std::string::npos ? begin : page.find("</title", begin);
    if (end == std::string::npos) return {};
    return std::string{body.substr(begin + 1, end - begin - 1)};
}

std::string words_of(std::string_view body)
{
    if (trimmed(body.substr(0, looked_at_bytes)).starts_with('<')) return title_of(body);
    if (body.size() > looked_at_bytes) return {};
    const auto value = parse_body(body);
    if (!value) return {};
    if (value->is_string()) return std::string{value->get_string()};
    return value->is_object() ? words_of(value->get_object()) : std::string{};
}

} // namespace

std::string api_error(int status, std::string_view body)
{
    std::string words = clean_text(words_of(body), text_bytes);
    return words.empty() ? "HTTP " + std::to_string(status) : words;
}

} // namespace mizo::halo
