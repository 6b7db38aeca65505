#include "daemon/agent/asked.hpp"

#include "daemon/base/utf8.hpp"
#include "daemon/halo/api_path.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

namespace mizo::agent {

namespace {

constexpr std::size_t name_bytes = 100;
constexpr std::size_t value_bytes = 1'000;

bool is_word(std::string_view text)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= name_bytes && std::all_of(text.begin(), text.end(), fits);
}

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

Fault query_refused(std::string why)
{
    return fault("agent_query_refused", {{"why", std::move(why)}});
}

Fault body_refused(std::string why)
{
    return fault("agent_body_refused", {{"why", std::move(why)}});
}

// The path as HaloPSA's API has it; empty where it is none. That of the frame has no slash in front.
std::string api_path(const std::string& path)
{
    const std::string whole = "/" + path;
    return halo::is_api_path(whole) ? whole : std::string{};
}

Outcome<std::string> query_value(const json::value& value)
{
    if (value.is_object() || value.is_array() || value.is_null())
        return query_refused("a value is neither text, number, nor true or false");
    if (!value.is_string()) return json::serialize(value);
    const std::string_view text = value.get_string();
    if (text.size() > value_bytes) return query_refused("a value is too long");
    if (has_control(text) || !base::is_utf8(text)) return query_refused("a value has control characters");
    return std::string{text};
}

Outcome<halo_api::Query> read_query(const json::value& query, const AskLimits& limits)
{
    halo_api::Query pairs;
    if (query.is_null()) return pairs;
    if (!query.is_object()) return query_refused("it is no object");
    if (query.get_object().size() > limits.query_pairs) return query_refused("it has too many members");
    for (const auto& [name, value] : query.get_object()) {
        if (!is_word(name)) return query_refused("a name has other characters than letters and digits");
        auto text = query_value(value);
        if (!text) return text.error();
        pairs.emplace_back(name, std::move(*text));
    }
    if (halo::encoded_pairs(pairs).size() > limits.query_bytes) return query_refused("it is too long");
    return pairs;
}

// One object, bare or in an array: what became of several could not be told, nor be read back.
Outcome<json::object> read_body(const json::value& body)
{
    const json::value* found = &body;
    if (const auto* array = body.if_array(); array && array->size() == 1) found = &array->front();
    if (!found->is_object()) return body_refused("it is not one object, or an array of one");
    std::set<std::string> names;
    for (const auto& [name, value] : found->get_object()) {
        if (!is_word(name)) return body_refused("a name has other characters than letters and digits");
        // HaloPSA reads names without their case: which of two it would take is not known.
        if (!names.insert(halo::lower_case(name)).second)
            return body_refused("the name " + std::string{name} + " stands twice");
    }
    return found->get_object();
}

std::optional<std::int64_t> number_in(const json::value* value)
{
    return value == nullptr ? std::nullopt : halo::whole_number(*value);
}

std::optional<std::int64_t> number_in(const std::string& text)
{
    return halo::whole_number(json::value(text));
}

std::optional<std::int64_t> ticket_of(const Asked& asked)
{
    const std::string& path = asked.call.path;
    constexpr std::string_view tickets = "/Tickets/";
    if (path.starts_with(tickets)) return number_in(path.substr(tickets.size()));
    if (path == "/Tickets") return number_in(member_of(asked.object, "id"));
    if (const auto ticket = number_in(member_of(asked.object, "ticket_id"))) return ticket;
    for (const auto& [name, value] : asked.call.query)
        if (name == "ticket_id") return number_in(value);
    return {};
}

} // namespace

void throw_exception_from_error(const Fault& fault, const boost::source_location&)
{
    throw std::logic_error{"unhandled fault " + fault.reason};
}

const json::value* member_of(const json::object& object, std::string_view name)
{
    for (const auto& member : object)
        if (halo::lower_case(member.key()) == name) return &member.value();
    return nullptr;
}

bool Asked::makes_new() const
{
    return call.method == "POST" && number_in(member_of(object, "id")).value_or(0) <= 0;
}

void Asked::seal()
{
    const json::array body{object};
    call.body = json::serialize(body);
}

std::string Asked::text() const
{
    return call.method + ' ' + call.path + '?' + halo::encoded_pairs(call.query) + '\n' + call.body;
}

Outcome<Asked> read_request(const relay::Request& request, const AllowList& allow, const AskLimits& limits)
{
    Asked asked;
    asked.call.purpose = halo_api::Purpose::agent;
    asked.call.method = request.method;
    asked.call.path = api_path(request.path);
    asked.call.body_max = limits.answer_bytes;
    if (asked.call.path.empty()) return fault("agent_path_refused");
    const AllowRule* rule = find_rule(asked.call.method, asked.call.path);
    if (rule == nullptr)
        return fault("agent_not_allowed", {{"method", asked.call.method}, {"path", asked.call.path}});
    if (!allow.allows(*rule))
        return fault("agent_permission_off", {{"method", asked.call.method},
                                              {"path", asked.call.path},
                                              {"permission", std::string{rule->permission}}});
    auto query = read_query(request.query, limits);
    if (!query) return query.error();
    asked.call.query = std::move(*query);
    if (asked.call.method == "POST") {
        auto object = read_body(request.body);
        if (!object) return object.error();
        asked.object = std::move(*object);
        asked.seal();
        if (asked.call.body.size() > limits.body_bytes) return body_refused("it is too large");
    } else if (!request.body.is_null()) {
        return body_refused(asked.call.method + " has none");
    }
    asked.call.ticket = ticket_of(asked);
    return asked;
}

} // namespace mizo::agent
