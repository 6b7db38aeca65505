#include "daemon/reconcile/ticket_reader.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/reconcile/answers.hpp"
#include "daemon/reconcile/ticket_recording.hpp"
#include "daemon/store/reconcile_place.hpp"

#include <algorithm>

namespace mizo::reconcile {

namespace {

constexpr int page_size = 100;
constexpr int pages_max = 200;
constexpr std::size_t actions_max = 500;

// Of several tickets, those that may hold something new.
std::vector<std::int64_t> looked_at_before(store::Database& db, const std::vector<SeenTicket>& tickets)
{
    std::vector<std::int64_t> before;
    for (const SeenTicket& ticket : tickets) {
        const auto known = store::load_ticket(db, ticket.id);
        if (known && known->polled && *known->polled >= ticket.changed) before.push_back(ticket.id);
    }
    return before;
}

// All but the newest, which are left for later.
std::vector<SeenTicket> settled(const Reading& reading, base::WallTime halo_now,
                                std::map<std::int64_t, SeenTicket> listed)
{
    base::WallTime newest = halo_now;
    for (const auto& [id, ticket] : listed)
        if (may_be_written(ticket.changed, halo_now)) newest = std::max(newest, ticket.changed);
    std::vector<SeenTicket> tickets;
    for (auto& [id, ticket] : listed)
        if (ticket.changed <= newest - reading.settle || !may_be_written(ticket.changed, halo_now))
            tickets.push_back(std::move(ticket));
    std::sort(tickets.begin(), tickets.end(), [](const SeenTicket& a, const SeenTicket& b) {
        return a.changed != b.changed ? a.changed < b.changed : a.id < b.id;
    });
    return tickets;
}

} // namespace

asio::awaitable<Found> TicketReader::read(Reading reading)
{
    Found found;
    found.halo_now = parts_.clock.wall();
    Listed listed;
    co_await list(reading, found, listed);
    if (found.error || found.refused) co_return found;

    std::vector<SeenTicket> tickets = settled(reading, found.halo_now, std::move(listed));
    if (!reading.thorough) {
        auto compare = [&tickets](store::Database& db) { return looked_at_before(db, tickets); };
        const auto before = co_await net::on_readers(parts_.readers, std::move(compare));
        std::erase_if(tickets, [&](const SeenTicket& ticket) {
            return std::find(before.begin(), before.end(), ticket.id) != before.end();
        });
    }
    for (SeenTicket& ticket : tickets) {
        if (found.error || !found.in_time) co_return found;
        co_await take(reading, std::move(ticket), found);
    }
    if (found.error || !found.in_time) co_return found;
    found.upto = found.halo_now - reading.settle;
    co_await keep_place(*found.upto);
    co_return found;
}

asio::awaitable<Found> TicketReader::look(Reading reading)
{
    Found found;
    found.halo_now = parts_.clock.wall();
    const auto answer = co_await get_page(reading, 1, 1);
    if (!answer) {
        found.error = answer.error();
        co_return found;
    }
    found.refused = is_refused(*answer);
    if (!answer->ok()) {
        if (!found.refused) found.error = error_of(*answer);
        co_return found;
    }
    found.halo_now = halo_time(*answer, found.halo_now);
    const auto rows = halo::read_list(answer->body);
    if (!rows) {
        found.error = rows.error();
        co_return found;
    }
    for (const auto& row : rows->items)
        if (const auto ticket = read_ticket(row); ticket && may_be_written(ticket->changed, found.halo_now))
            found.newest_change = std::max(found.newest_change.value_or(ticket->changed), ticket->changed);
    co_return found;
}

asio::awaitable<Found> TicketReader::read_one(std::int64_t ticket, Reading reading)
{
    Found found;
    found.halo_now = parts_.clock.wall();
    halo_api::Query query{{"includedetails", "true"}};
    const std::string path = "/Tickets/" + std::to_string(ticket);
    const auto answer = co_await get(reading, path, query, ticket);
    if (!answer) {
        found.error = answer.error();
        co_return found;
    }
    found.refused = is_refused(*answer);
    found.gone = !found.refused && is_final(*answer);
    if (found.refused) co_return found;
    const auto object = answer->ok() ? halo::read_object(answer->body) : error_of(*answer);
    const auto seen = object ? read_ticket(*object) : std::nullopt;
    if (!seen) {
        found.error = object ? error_of(*answer) : object.error();
        co_return found;
    }
    SeenTicket one = *seen;
    co_await read_actions(reading, one, found);
    if (!found.error) co_await record(reading, std::move(one), found, false);
    co_return found;
}

// Newest change first: what changes meanwhile moves to the front and pushes others back, so that a ticket may
// be seen twice, but none is passed over.
asio::awaitable<void> TicketReader::list(const Reading& reading, Found& found, Listed& listed)
{
    for (int page = 1; page <= pages_max; ++page) {
        const auto answer = co_await get_page(reading, page, page_size);
        if (!answer) {
            found.error = answer.error();
            co_return;
        }
        found.refused = is_refused(*answer);
        if (found.refused) co_return;
        const auto rows = answer->ok() ? halo::read_list(answer->body) : error_of(*answer);
        if (!rows) {
            found.error = rows.error();
            co_return;
        }
        if (page == 1) found.halo_now = halo_time(*answer, found.halo_now);
        std::size_t fresh = 0;
        for (const auto& row : rows->items) {
            auto ticket = read_ticket(row);
            if (!ticket || ticket->changed < reading.window.from) continue;
            const std::int64_t id = ticket->id;
            if (listed.emplace(id, std::move(*ticket)).second) ++fresh;
        }
        found.listed = static_cast<std::int64_t>(listed.size());
        if (fresh == 0 || rows->items.size() < page_size) co_return;
    }
    found.too_many = true;
}

asio::awaitable<base::Result<halo_api::Answer>> TicketReader::get_page(const Reading& reading, int page,
                                                                       int size)
{
    halo_api::Query query{{"lastupdatefromdate", base::rfc3339(reading.window.from)},
                          {"order", "last_update"},
                          {"orderdesc", "true"},
                          {"pageinate", "true"},
                          {"page_size", std::to_string(size)},
                          {"page_no", std::to_string(page)}};
    co_return co_await get(reading, "/Tickets", std::move(query), std::nullopt);
}

asio::awaitable<base::Result<halo_api::Answer>> TicketReader::get(const Reading& reading, std::string path,
                                                                  halo_api::Query query,
                                                                  std::optional<std::int64_t> ticket)
{
    halo_api::Call call;
    call.purpose = reading.purpose;
    call.path = std::move(path);
    call.query = std::move(query);
    call.ticket = ticket;
    call.deadline = std::chrono::seconds{60}; // the rate limit may be waited for
    co_return co_await parts_.api.call(std::move(call));
}

asio::awaitable<void> TicketReader::take(const Reading& reading, SeenTicket ticket, Found& found)
{
    found.in_time = parts_.clock.steady() < reading.ends;
    if (!found.in_time) co_return;
    co_await read_actions(reading, ticket, found);
    if (!found.error) co_await record(reading, std::move(ticket), found, true);
}

asio::awaitable<void> TicketReader::read_actions(const Reading& reading, SeenTicket& ticket, Found& found)
{
    if (found.actions_unread) co_return;
    halo_api::Query query{{"ticket_id", std::to_string(ticket.id)}, {"count", std::to_string(actions_max)}};
    const auto answer = co_await get(reading, "/Actions", std::move(query), ticket.id);
    if (!answer) {
        found.error = answer.error();
        co_return;
    }
    found.actions_unread = is_refused(*answer);
    if (found.actions_unread) co_return;
    const auto rows = answer->ok() ? halo::read_list(answer->body) : error_of(*answer);
    if (!rows) {
        found.error = rows.error();
        co_return;
    }
    for (const auto& row : rows->items) {
        auto action = read_action(row);
        if (action && ticket.actions.size() < actions_max) ticket.actions.push_back(std::move(*action));
    }
}

asio::awaitable<void> TicketReader::record(const Reading& reading, SeenTicket ticket, Found& found,
                                           bool keep_place)
{
    TicketWork work;
    work.now = parts_.clock.wall();
    work.window = reading.window;
    work.ticket_types = parts_.recorder.ticket_types();
    work.own_agent = parts_.recorder.own_agent();
    for (std::size_t i = ids_needed(ticket); i > 0; --i) work.ids.push_back(parts_.recorder.new_id(work.now));
    work.seen = std::move(ticket);
    const base::WallTime place = std::min(work.seen.changed, found.halo_now - reading.settle);
    auto job = [work = std::move(work), keep_place, place](store::Database& db) {
        auto recorded = record_changes(db, work);
        if (keep_place) store::advance_place(db, store::Place::api, place);
        return recorded;
    };
    store::JobTraits traits;
    traits.grows = true;
    const auto recorded = co_await net::on_writer(parts_.writer, std::move(job), traits);
    for (const store::Recorded& each : recorded) {
        parts_.recorder.tell(each);
        found.events += static_cast<std::int64_t>(each.events.size());
    }
}

asio::awaitable<void> TicketReader::keep_place(base::WallTime upto)
{
    auto job = [upto](store::Database& db) {
        store::advance_place(db, store::Place::api, upto);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(job));
}

} // namespace mizo::reconcile
