#include "daemon/halo/webhook.hpp"

#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace mizo::halo {

namespace {

namespace json = boost::json;

constexpr std::size_t event_text_bytes = 200;
constexpr std::size_t title_bytes = 500;
constexpr std::size_t dedupkey_bytes = 300;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct KindName {
    Kind kind;
    std::string_view name;
};
constexpr std::array kind_names{
    KindName{Kind::created, "created"}, KindName{Kind::status_changed, "status_changed"},
    KindName{Kind::changed, "changed"}, KindName{Kind::action_added, "action_added"},
    KindName{Kind::other, "other"},
};

// HaloPSA renames its events now and then: what they have been called so far, and will likely be.
constexpr std::array event_texts{
    KindName{Kind::created, "new ticket logged"},
    KindName{Kind::created, "ticket created"},
    KindName{Kind::status_changed, "ticket status changed"},
    KindName{Kind::changed, "ticket changed"},
    KindName{Kind::changed, "ticket updated"},
    KindName{Kind::action_added, "action added by agent"},
    KindName{Kind::action_added, "action added"},
};

std::string sha256_hex(std::string_view text)
{
    return certs::hex(certs::sha256(text));
}

// Ids come in either case: what is compared is their lower case.
std::string dedupkey_of(const Fields& fields, std::string_view body, std::optional<std::int64_t> batch_index)
{
    std::string key;
    if (const auto message = fields.id("escmsg_id"); !message.empty())
        key = "escmsg:" + message + ":" + fields.id("webhook_id") + ":" + fields.id("notification_id") + ":" +
              fields.id("object_id");
    else if (const auto id = fields.id("id"); !id.empty())
        key = "id:" + id;
    else
        return "sha256:" + sha256_hex(body) + (batch_index ? ":" + std::to_string(*batch_index) : "");
    const bool plain = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    return plain && key.size() <= dedupkey_bytes ? key : "key:" + sha256_hex(key);
}

Occurrence occurrence_of(const json::object& object, std::string_view body,
                         std::optional<std::int64_t> batch_index)
{
    const Fields fields{object};
    Occurrence out;
    out.event_text = fields.text("event", event_text_bytes);
    out.kind = kind_of_event(out.event_text);
    out.ticket = fields.first_number({"object_id", "ticket_id", "ticket.id", "data.object_id",
                                      "data.ticket_id", "data.ticket.id", "object.object_id",
                                      "object.ticket_id", "object.ticket.id", "action.ticket_id"});
    out.title = fields.first_text({"ticket.summary", "data.ticket.summary", "object.ticket.summary",
                                   "data.summary", "object.summary", "summary"},
                                  title_bytes);
    out.ticket_type = fields.first_number({"ticket.tickettype_id", "data.ticket.tickettype_id",
                                           "object.ticket.tickettype_id", "data.tickettype_id",
                                           "object.tickettype_id", "tickettype_id"});
    out.status = fields.first_number({"ticket.status_id", "data.ticket.status_id", "object.ticket.status_id",
                                      "data.status_id", "object.status_id", "status_id"});
    out.agent = fields.first_number({"agent_id", "data.agent_id", "object.agent_id", "action.agent_id",
                                     "action.actionby_agent_id", "action.who_agentid"});
    out.action = fields.first_number({"action.id", "data.action.id", "object.action.id", "action_id"});
    out.time = base::parse_time(fields.text("timestamp", event_text_bytes));
    out.batch_index = batch_index;
    out.dedupkey = dedupkey_of(fields, body, batch_index);
    return out;
}

Decoded not_understood(std::string_view body, std::string note)
{
    Occurrence other;
    other.dedupkey = "sha256:" + sha256_hex(body);
    return {{std::move(other)}, false, std::move(note)};
}

bool is_event(const json::value& value)
{
    return value.is_object() && value.get_object().contains("event");
}

// The one member that is an array of objects with `event`; none where there are several such members, since
// which one counts would be a guess.
const json::array* wrapped_batch(const json::object& object)
{
    const json::array* found = nullptr;
    for (const auto& member : object) {
        if (!member.value().is_array()) continue;
        const auto& items = member.value().get_array();
        if (items.empty() || !std::all_of(items.begin(), items.end(), is_event)) continue;
        if (found) return nullptr;
        found = &items;
    }
    return found;
}

Decoded decode_batch(const json::array& items, std::string_view body, const DecodeLimits& limits)
{
    if (items.empty()) return not_understood(body, "The body is an empty list.");
    if (items.size() > limits.max_batch)
        return not_understood(body, "The body is a batch of " + std::to_string(items.size()) +
                                        " events; the limit is " + std::to_string(limits.max_batch) + ".");
    if (!std::all_of(items.begin(), items.end(), is_event))
        return not_understood(body,
                              "The body is a list in which not every item is an object with \"event\".");
    Decoded out;
    for (const auto& item : items)
        out.occurrences.push_back(
            occurrence_of(item.get_object(), body, static_cast<std::int64_t>(out.occurrences.size())));
    return out;
}

Decoded decode_value(const json::value& value, std::string_view body, const DecodeLimits& limits)
{
    if (value.is_array()) return decode_batch(value.get_array(), body, limits);
    if (!value.is_object()) return not_understood(body, "The body is neither an object nor a list.");
    if (is_event(value)) return {{occurrence_of(value.get_object(), body, {})}, true, {}};
    if (const auto* items = wrapped_batch(value.get_object())) return decode_batch(*items, body, limits);
    return not_understood(body, "The body has no \"event\", and no list of objects that have one.");
}

} // namespace

std::string_view name_of(Kind kind)
{
    const auto found = std::find_if(kind_names.begin(), kind_names.end(),
                                    [kind](const KindName& entry) { return entry.kind == kind; });
    return found->name;
}

std::optional<Kind> kind_from(std::string_view name)
{
    for (const auto& entry : kind_names)
        if (entry.name == name) return entry.kind;
    return {};
}

Kind kind_of_event(std::string_view event_text)
{
    const auto words = lower_case(trimmed(event_text));
    for (const auto& entry : event_texts)
        if (entry.name == words) return entry.kind;
    return Kind::other;
}

Decoded decode(std::string_view body, const DecodeLimits& limits)
{
    auto text = body;
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    json::parse_options options;
    options.max_depth = limits.max_depth;
    json::monotonic_resource memory;
    boost::system::error_code failure;
    const auto value = json::parse(text, failure, &memory, options);
    if (failure == json::error::too_deep)
        return not_understood(body, "The body is nested deeper than " + std::to_string(limits.max_depth) +
                                        " levels.");
    if (failure) return not_understood(body, "The body is not JSON: " + failure.message() + ".");
    return decode_value(value, body, limits);
}

} // namespace mizo::halo
