#include "daemon/reconcile/ticket_recording.hpp"

namespace mizo::reconcile {

namespace {

constexpr std::size_t changes_beside_actions = 2; // its creation, and its state as it is now

store::NewDelivery delivery_of(PollEvent event, const TicketWork& work, std::string id)
{
    store::NewDelivery delivery;
    delivery.id = std::move(id);
    delivery.origin = store::Origin::poll;
    delivery.method = "GET";
    delivery.path = "/Tickets/" + std::to_string(work.seen.id);
    delivery.headers = "[]";
    delivery.content_type = "application/json";
    delivery.body = std::move(event.body);
    delivery.occurrences.push_back(std::move(event.occurrence));
    delivery.ticket_types = work.ticket_types;
    return delivery;
}

} // namespace

std::size_t ids_needed(const SeenTicket& seen)
{
    return 2 * (seen.actions.size() + changes_beside_actions);
}

std::vector<store::Recorded> record_changes(store::Database& db, const TicketWork& work)
{
    std::vector<store::Recorded> recorded;
    std::size_t next_id = 0;
    const auto known = store::load_ticket(db, work.seen.id);
    for (const Change& change : changes_of(work.seen, known, work.window)) {
        PollEvent event = poll_event(work.seen, change, work.now);
        if (store::is_known(db, event.occurrence, store::Origin::poll)) continue;
        if (work.own_agent && change.action)
            event.occurrence.own = work.seen.actions[*change.action].agent == work.own_agent;
        event.occurrence.event_id = work.ids.at(next_id++);
        const auto delivery = delivery_of(std::move(event), work, work.ids.at(next_id++));
        recorded.push_back(store::record_delivery(db, delivery, work.now));
    }
    store::note_polled(db, work.seen.id, work.seen.changed, work.now);
    return recorded;
}

} // namespace mizo::reconcile
