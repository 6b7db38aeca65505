#include "daemon/reconcile/ticket_changes.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::reconcile {

namespace {

namespace json = boost::json;
using halo::Fields;
using store::EventKind;

constexpr std::size_t title_bytes = 500;
constexpr std::size_t field_bytes = 256 * 1024;

// What is taken over of HaloPSA's objects: what its own webhooks carry.
constexpr std::string_view ticket_fields =
    "id summary details status_id tickettype_id priority_id client_id client_name site_id site_name user_id "
    "user_name team_id team agent_id dateoccurred datecreated deadlinedate last_update lastactiondate "
    "dateclosed hasbeenclosed category_1 customfields ";
constexpr std::string_view action_fields =
    "id ticket_id outcome outcome_id who who_agentid who_type actionby_agent_id agent_id datetime note "
    "note_html hiddenfromuser sendemail old_status new_status ";

json::object taken_over(const json::object& object, std::string_view names)
{
    json::object out;
    for (; !names.empty(); names.remove_prefix(names.find(' ') + 1)) {
        const std::string_view name = names.substr(0, names.find(' '));
        const json::value* value = object.if_contains(name);
        if (value == nullptr) continue;
        if (value->is_string() && value->get_string().size() > field_bytes) continue;
        if (value->is_structured() && json::serialize(*value).size() > field_bytes) continue;
        out[name] = *value;
    }
    return out;
}

std::optional<base::WallTime> later(std::optional<base::WallTime> one, std::optional<base::WallTime> other)
{
    if (!one || !other) return one ? one : other;
    return std::max(*one, *other);
}

std::string_view text_of(EventKind kind)
{
    switch (kind) {
    case EventKind::created: return "new ticket logged";
    case EventKind::status_changed: return "ticket status changed";
    case EventKind::action_added: return "action added by agent";
    case EventKind::changed:
    case EventKind::other: break;
    }
    return "ticket changed";
}

std::string key_of(const SeenTicket& seen, const Change& change, std::optional<std::int64_t> action)
{
    std::string key = store::change_key(change.kind, seen.id, action);
    if (key.empty()) {
        key = std::string{name_of(change.kind)} + ":" + std::to_string(seen.id);
        if (change.kind == EventKind::status_changed) key += ":" + std::to_string(seen.status.value_or(0));
        key += ":" + std::to_string(base::to_ms(change.at));
    }
    return "poll:" + key;
}

json::object document_of(const SeenTicket& seen, const Change& change, base::WallTime now)
{
    json::object document;
    document["event"] = text_of(change.kind);
    document["object_id"] = seen.id;
    document["timestamp"] = base::rfc3339(change.at);
    document["ticket"] = seen.shown;
    if (change.action) {
        const SeenAction& action = seen.actions[*change.action];
        if (action.agent) document["agent_id"] = *action.agent;
        document["action"] = action.shown;
    }
    document["mizo"] = json::object{{"origin", "poll"}, {"seen_at", base::rfc3339(now)}};
    return document;
}

} // namespace

std::optional<SeenTicket> read_ticket(const json::object& object)
{
    const Fields fields{object};
    const auto id = fields.first_number({"id", "ticket_id"});
    const auto changed =
        later(later(fields.time("last_update"), fields.time("lastactiondate")), fields.time("dateoccurred"));
    if (!id || !changed) return std::nullopt;
    SeenTicket seen;
    seen.id = *id;
    seen.type = fields.first_number({"tickettype_id", "requesttype_id"});
    seen.status = fields.first_number({"status_id"});
    seen.title = fields.text("summary", title_bytes);
    seen.created = fields.time("datecreated");
    if (!seen.created) seen.created = fields.time("dateoccurred");
    seen.changed = *changed;
    seen.shown = taken_over(object, ticket_fields);
    return seen;
}

std::optional<SeenAction> read_action(const json::object& object)
{
    const Fields fields{object};
    const auto id = fields.number("id");
    if (!id || *id < 0) return std::nullopt;
    SeenAction seen;
    seen.id = *id;
    seen.at = fields.time("datetime");
    // Who: 1 is an agent; a user has no agent's number.
    const auto type = fields.number("who_type");
    const bool named = fields.has("who_agentid") || fields.has("actionby_agent_id");
    seen.agent = fields.first_number({"who_agentid", "actionby_agent_id"});
    seen.by_agent = type ? *type == 1 : !named || seen.agent;
    seen.shown = taken_over(object, action_fields);
    return seen;
}

std::vector<Change> changes_of(const SeenTicket& seen, const std::optional<store::KnownTicket>& known,
                               const Window& window)
{
    std::vector<Change> changes;
    // The time up to which the ticket's state is explained by something that is told.
    std::optional<base::WallTime> explained;
    if (known) explained = known->known;
    const auto add = [&](EventKind kind, base::WallTime at, std::optional<std::size_t> action = {}) {
        changes.push_back({kind, at, action});
        explained = later(explained, at);
    };

    if (seen.created && *seen.created >= window.since) add(EventKind::created, *seen.created);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < seen.actions.size(); ++i) {
        const SeenAction& action = seen.actions[i];
        if (action.by_agent && action.at && *action.at >= window.from) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const SeenAction& left = seen.actions[a];
        const SeenAction& right = seen.actions[b];
        return *left.at != *right.at ? *left.at < *right.at : left.id < right.id;
    });
    for (const std::size_t i : order) add(EventKind::action_added, *seen.actions[i].at, i);

    const bool older = known && known->known && seen.changed < *known->known - store::same_change_within;
    if (known && known->status && seen.status && *known->status != *seen.status && !older)
        add(EventKind::status_changed, seen.changed);
    else if (!explained || seen.changed > *explained + store::same_change_within)
        add(EventKind::changed, seen.changed);
    return changes;
}

PollEvent poll_event(const SeenTicket& seen, const Change& change, base::WallTime now)
{
    PollEvent event;
    store::Occurrence& occurrence = event.occurrence;
    occurrence.kind = change.kind;
    occurrence.event_text = text_of(change.kind);
    occurrence.ticket = seen.id;
    occurrence.ticket_type = seen.type;
    occurrence.status = seen.status;
    if (change.action) occurrence.action = seen.actions[*change.action].id;
    if (!seen.title.empty()) occurrence.title = seen.title;
    occurrence.occurred = change.at;
    occurrence.dedup_key = key_of(seen, change, occurrence.action);
    event.body = json::serialize(document_of(seen, change, now));
    return event;
}

} // namespace mizo::reconcile
