#include "daemon/admin/json_rows.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace mizo::admin {

namespace {

json::array kinds_json(const std::vector<store::EventKind>& kinds)
{
    json::array out;
    for (const store::EventKind kind : kinds) out.emplace_back(name_of(kind));
    return out;
}

json::value state_json(const store::DeliveryRow& row)
{
    if (row.mixed) return "mixed";
    if (!row.state) return nullptr;
    return json::string{name_of(*row.state)};
}

// One step of a delivery's way. Steps of the same instant stay in the order in which they are told.
struct Step {
    base::WallTime at;
    std::string_view stage;
    Message what;
    json::value event_id = nullptr;
};

json::object step_json(const Step& step)
{
    json::object out{{"at", to_json(step.at)}, {"stage", step.stage}, {"event_id", step.event_id}};
    put_message(out, step.what);
    return out;
}

void tell_arrival(std::vector<Step>& steps, const store::DeliveryDetail& detail)
{
    const store::DeliveryRow& row = detail.row;
    const base::WallTime at = row.received;
    steps.push_back({at, "received", message("timeline_received", {{"remote", row.remote}})});
    if (row.outcome == store::Outcome::rejected) {
        steps.push_back({at, "rejected", message("timeline_rejected")});
    } else {
        steps.push_back({at, "verified", message("timeline_verified")});
        const bool odd = std::any_of(detail.events.begin(), detail.events.end(),
                                     [](const store::EventDetail& event) { return !event.row.understood; });
        if (odd) steps.push_back({at, "decoded", message("timeline_not_understood")});
        if (!odd && row.outcome == store::Outcome::accepted)
            steps.push_back({at, "decoded", message("timeline_decoded", {{"count", row.events}})});
        if (row.outcome == store::Outcome::accepted)
            steps.push_back({at, "stored", message("timeline_stored")});
        else
            steps.push_back({at, "repeated", message("timeline_repeated")});
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds{detail.duration_us});
    steps.push_back({at + took, "answered", message("timeline_answered", {{"status", detail.status}})});
}

void tell_sending(std::vector<Step>& steps, const store::Send& send, const json::value& id)
{
    steps.push_back({send.sent, "sent", message("timeline_sent", {{"attempt", send.attempt}}), id});
    if (!send.ended) return;
    switch (send.outcome) {
    case store::SendOutcome::acked: return; // told once, by the event
    case store::SendOutcome::nacked:
        steps.push_back({*send.ended, "nacked",
                         message("timeline_nacked", {{"text", send.text.value_or(send.code.value_or(""))}}),
                         id});
        return;
    case store::SendOutcome::lost:
        steps.push_back({*send.ended, "lost", message("timeline_lost"), id});
        return;
    }
}

void tell_event(std::vector<Step>& steps, const store::EventDetail& event)
{
    const store::EventRow& row = event.row;
    const json::value id = json::string{row.id};
    if (row.replay_of) steps.push_back({row.received, "replayed", message("timeline_replayed"), id});
    if (row.state == store::EventState::unscoped)
        steps.push_back({row.received, "unscoped", message("timeline_unscoped"), id});
    for (const store::Send& send : event.attempts) tell_sending(steps, send, id);
    if (row.acked) steps.push_back({*row.acked, "acked", message("timeline_acked"), id});
    if (row.dead_at)
        steps.push_back(
            {*row.dead_at, "dead", message("timeline_dead", {{"text", row.dead_text.value_or("")}}), id});
}

} // namespace

std::string cloud_event_type(store::EventKind kind)
{
    return "com.halopsa.ticket." + std::string{name_of(kind)};
}

json::value latency_ms(base::WallTime received, const std::optional<base::WallTime>& until)
{
    if (!until) return nullptr;
    return std::max<std::int64_t>(0, (*until - received).count());
}

json::object to_json(const store::DeliveryRow& row)
{
    return {{"id", row.id},
            {"received_at", to_json(row.received)},
            {"outcome", name_of(row.outcome)},
            {"reason_code", to_json(row.reason_code)},
            {"event_kinds", kinds_json(row.event_kinds)},
            {"event_text", to_json(row.event_text)},
            {"ticket", to_json(row.ticket)},
            {"title", to_json(row.title)},
            {"events", row.events},
            {"size", row.size},
            {"remote", row.remote},
            {"thumbprint", to_json(row.thumbprint)},
            {"state", state_json(row)},
            {"acked_at", to_json(row.acked)},
            {"latency_ms", latency_ms(row.received, row.acked)},
            {"origin", name_of(row.origin)}};
}

json::object to_json(const store::EventRow& row)
{
    return {{"id", row.id},
            {"seq", to_json(row.seq)},
            {"delivery_id", text_or_null(row.delivery_id)},
            {"kind", name_of(row.kind)},
            {"event_text", row.event_text},
            {"ticket", to_json(row.ticket)},
            {"title", to_json(row.title)},
            {"occurred_at", to_json(row.occurred)},
            {"received_at", to_json(row.received)},
            {"origin", name_of(row.origin)},
            {"state", name_of(row.state)},
            {"understood", row.understood},
            {"own", row.own},
            {"acked_at", to_json(row.acked)},
            {"latency_ms", latency_ms(row.received, row.acked)},
            {"attempts_count", row.attempts_count},
            {"dead_code", to_json(row.dead_code)},
            {"dead_text", to_json(row.dead_text)},
            {"replay_of", to_json(row.replay_of)},
            {"batch_index", to_json(row.batch_index)}};
}

json::object to_json(const store::Send& send)
{
    const bool over = send.ended.has_value();
    return {{"attempt", send.attempt},
            {"sent_at", to_json(send.sent)},
            {"session", text_or_null(send.session)},
            {"outcome", over ? name_of(send.outcome) : std::string_view{"waiting"}},
            {"code", to_json(send.code)},
            {"text", to_json(send.text)},
            {"ended_at", to_json(send.ended)}};
}

json::object to_json(const store::EventDetail& detail)
{
    json::object out = to_json(detail.row);
    out["type"] = cloud_event_type(detail.row.kind);
    out["subject"] = nullptr;
    if (detail.row.ticket) out["subject"] = "ticket/" + std::to_string(*detail.row.ticket);
    out["dedup_key"] = detail.dedup_key;
    out["thumbprint"] = to_json(detail.thumbprint);
    out["size"] = detail.size;
    out["sha256"] = detail.sha256;
    out["available"] = detail.available;
    json::array attempts;
    for (const store::Send& send : detail.attempts) attempts.emplace_back(to_json(send));
    out["attempts"] = std::move(attempts);
    json::array replays;
    for (const std::string& id : detail.replays) replays.emplace_back(id);
    out["replays"] = std::move(replays);
    return out;
}

json::array timeline_of(const store::DeliveryDetail& detail)
{
    std::vector<Step> steps;
    tell_arrival(steps, detail);
    for (const store::EventDetail& event : detail.events) tell_event(steps, event);
    std::multimap<base::WallTime, json::object> in_order;
    for (const Step& step : steps) in_order.emplace(step.at, step_json(step));
    json::array out;
    for (auto& [at, step] : in_order) out.emplace_back(std::move(step));
    return out;
}

} // namespace mizo::admin
