#include "daemon/admin/call.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/base/utf8.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace mizo::admin {

namespace {

constexpr std::int64_t page_limit_max = 500;

BadRequest bad_param(std::string_view name, std::string_view expected)
{
    return {"bad_request", "The parameter " + std::string{name} + " must be " + std::string{expected} + "."};
}

BadRequest bad_member(std::string_view name, std::string_view expected)
{
    return {"invalid_json", "The member " + std::string{name} + " must be " + std::string{expected} + "."};
}

} // namespace

void throw_exception_from_error(const BadRequest& bad, const boost::source_location&)
{
    throw std::logic_error{"a bad request nobody looked at: " + bad.detail};
}

web::Response problem(const BadRequest& bad)
{
    ProblemMore more;
    more.detail = bad.detail;
    return problem(bad.code, std::move(more));
}

std::string Call::param(std::string_view name) const
{
    const auto found = query.find(std::string{name});
    return found == query.end() ? std::string{} : found->second;
}

Checked<json::object> read_object(const Call& call, std::span<const std::string_view> members)
{
    const std::string& body = call.request.body;
    if (body.empty()) return json::object{};
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 16;
    json::value parsed = base::is_utf8(body) ? json::parse(body, error, {}, options) : json::value{};
    if (error || !parsed.is_object()) return BadRequest{"invalid_json", "The body is not a JSON object."};
    for (const auto& [name, value] : parsed.get_object()) {
        const std::string_view given = name;
        if (std::find(members.begin(), members.end(), given) == members.end())
            return BadRequest{"invalid_json", "The member " + std::string{given} + " is not known here."};
    }
    return std::move(parsed.get_object());
}

Checked<std::optional<std::string>> text_member(const json::object& object, std::string_view name,
                                                std::size_t length_max)
{
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return std::optional<std::string>{};
    if (!value->is_string()) return bad_member(name, "a string");
    const auto& text = value->get_string();
    // Counted in bytes, of which a character has at most four.
    if (text.size() > length_max * 4)
        return bad_member(name, "of at most " + std::to_string(length_max) + " characters");
    return std::optional<std::string>{std::string{text}};
}

Checked<std::optional<std::int64_t>> integer_member(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return std::optional<std::int64_t>{};
    if (!value->is_int64()) return bad_member(name, "an integer");
    return std::optional<std::int64_t>{value->get_int64()};
}

Checked<std::optional<bool>> bool_member(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return std::optional<bool>{};
    if (!value->is_bool()) return bad_member(name, "true or false");
    return std::optional<bool>{value->get_bool()};
}

Checked<std::optional<std::int64_t>> integer_param(const Query& query, const std::string& name)
{
    const auto found = query.find(name);
    if (found == query.end() || found->second.empty()) return std::optional<std::int64_t>{};
    std::int64_t number = 0;
    const char* end = found->second.data() + found->second.size();
    const auto [stop, failure] = std::from_chars(found->second.data(), end, number);
    if (failure != std::errc{} || stop != end || number < 0) return bad_param(name, "a whole number");
    return std::optional<std::int64_t>{number};
}

Checked<std::optional<base::WallTime>> time_param(const Query& query, const std::string& name)
{
    const auto found = query.find(name);
    if (found == query.end() || found->second.empty()) return std::optional<base::WallTime>{};
    const auto time = base::parse_time(found->second);
    if (!time) return bad_param(name, "a time such as 2026-11-23T10:00:00.000Z");
    return std::optional<base::WallTime>{*time};
}

Checked<store::PageRequest> read_page(const Query& query)
{
    const auto limit = integer_param(query, "limit");
    if (!limit) return limit.error();
    store::PageRequest page;
    page.limit = limit->value_or(page.limit);
    if (page.limit < 1 || page.limit > page_limit_max) return bad_param("limit", "between 1 and 500");
    if (const auto cursor = query.find("cursor"); cursor != query.end() && !cursor->second.empty())
        page.cursor = cursor->second;
    return page;
}

std::vector<std::string> words_of(std::string_view list)
{
    std::vector<std::string> words;
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), word.size() + 1));
        const bool known = std::find(words.begin(), words.end(), word) != words.end();
        if (!word.empty() && !known) words.emplace_back(word);
    }
    return words;
}

} // namespace mizo::admin
