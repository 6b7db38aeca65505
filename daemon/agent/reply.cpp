#include "daemon/agent/errand_steps.hpp"
#include "daemon/base/utf8.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace mizo::agent {

namespace {

constexpr std::array<std::string_view, 4> told_headers{"content-type", "date", "last-modified",
                                                       "retry-after"};
constexpr std::size_t header_bytes = 200;

json::value body_of(const halo_api::Answer& answer)
{
    if (halo::trimmed(answer.body).empty()) return nullptr;
    auto parsed = halo::parse_body(answer.body);
    if (parsed) return std::move(*parsed);
    // A page of HTML, of which only the title is told.
    return json::value(halo::api_error(answer.status, answer.body));
}

// What is left of an answer that is too large to be kept: enough to find what was made.
json::object without_body(const json::value& body)
{
    json::object left;
    const auto* object = body.if_object();
    for (const std::string_view name : {"id", "ticket_id", "status_id", "outcome"})
        if (const auto* value = object ? object->if_contains(name) : nullptr) left[name] = *value;
    return left;
}

} // namespace

Reply reply_of(const halo_api::Answer& answer)
{
    Reply reply;
    reply.status = answer.status;
    for (const std::string_view name : told_headers) {
        const std::string* value = answer.headers.find(name);
        if (value != nullptr && base::is_utf8(*value))
            reply.headers[name] = halo::clean_text(*value, header_bytes);
    }
    // Needs a permission that HaloPSA does not give; which of the two it says differs.
    if (answer.status == 401 || answer.status == 403) {
        const std::string words = halo::api_error(answer.status, answer.body);
        reply.fault =
            fault("agent_unauthorised", {{"status", std::to_string(answer.status)}, {"reason", words}});
        return reply;
    }
    reply.body = body_of(answer);
    return reply;
}

Reply reply_of_found(json::object made)
{
    Reply reply;
    reply.status = 200;
    reply.headers["mizo-read-back"] = "found";
    reply.body = std::move(made);
    return reply;
}

std::string kept_text(const Reply& reply, std::size_t bytes_max)
{
    json::object kept{{"status", reply.status.value_or(0)}, {"headers", reply.headers}, {"body", reply.body}};
    std::string text = json::serialize(kept);
    if (text.size() <= bytes_max) return text;
    kept["body"] = without_body(reply.body);
    return json::serialize(kept);
}

Reply kept_reply(const std::string& text)
{
    const json::value parsed = json::parse(text);
    Reply reply;
    reply.status = parsed.at("status").as_int64();
    reply.headers = parsed.at("headers").as_object();
    reply.body = parsed.at("body");
    reply.headers["mizo-repeated"] = "true";
    reply.repeated = true;
    return reply;
}

} // namespace mizo::agent
