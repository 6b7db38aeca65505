#include "daemon/setup/test_ticket_run.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/net/task_report.hpp"
#include "daemon/store/delivery_log.hpp"
#include "daemon/store/failure.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/settings.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::setup {

namespace {

using halo_api::Call;
using halo_api::Purpose;

constexpr std::string_view kept_as = "test_ticket";
constexpr std::chrono::milliseconds look_every{200};
constexpr std::int64_t usual_closed_status = 9; // as HaloPSA comes

// What the store knows of the ticket, and by which seq the link is asked for more.
struct Stored {
    TicketSighting sighting;
    std::optional<std::int64_t> seq;
};

// The event of the ticket's making, or where that did not come the first of its others.
std::optional<store::EventRow> event_of(store::Database& db, std::int64_t ticket, base::WallTime from)
{
    store::EventFilter filter;
    filter.ticket = ticket;
    filter.after = from;
    const auto page = store::list_events(db, filter, {});
    if (!page) return {};
    std::optional<store::EventRow> first;
    for (const store::EventRow& row : page->items) {
        if (row.replay_of) continue;
        if (!first || first->kind != store::EventKind::created) first = row;
    }
    return first;
}

Stored look(store::Database& db, std::int64_t ticket, base::WallTime from)
{
    Stored stored;
    stored.sighting.rejected = store::last_success(db).rejected;
    stored.sighting.queued = store::count_queue(db).queued;
    const auto row = event_of(db, ticket, from);
    if (!row) return stored;
    stored.seq = row->seq;
    TicketSighting::Event event;
    event.received = event.stored = row->received;
    if (const auto delivery = store::delivery_detail(db, row->delivery_id, 0))
        event.stored += std::chrono::milliseconds{delivery->duration_us / 1'000};
    event.polled = row->origin == store::Origin::poll || row->origin == store::Origin::reconcile;
    event.unscoped = row->state == store::EventState::unscoped;
    event.acked = row->acked;
    if (row->state == store::EventState::dead) event.dead = row->dead_text.value_or("");
    if (const auto detail = store::event_detail(db, row->id); detail && !detail->attempts.empty())
        event.sent = detail->attempts.front().sent;
    stored.sighting.event = event;
    return stored;
}

json::object new_ticket(const std::string& mark, std::optional<std::int64_t> ticket_type)
{
    json::object ticket{{"summary", "Mizo Relay: test ticket " + mark},
                        {"details", "Made by Mizo Relay to see whether tickets reach Mizo. Nobody has to act "
                                    "on it."}};
    if (ticket_type) ticket["tickettype_id"] = *ticket_type;
    return ticket;
}

std::string one_of(json::object object)
{
    return json::serialize(json::array{std::move(object)});
}

Call ask(std::string method, std::string path)
{
    Call call;
    call.purpose = Purpose::test_ticket;
    call.method = std::move(method);
    call.path = std::move(path);
    return call;
}

// Why a call came to nothing; empty where it did not.
std::string failure_of(const base::Result<halo_api::Answer>& answer)
{
    if (!answer) return answer.error().text();
    return answer->ok() ? std::string{} : halo::api_error(answer->status, answer->body);
}

std::string advice_for(const base::Result<halo_api::Answer>& answer)
{
    const bool rights = answer && (answer->status == 401 || answer->status == 403);
    return rights ? "advice_ticket_rights" : "advice_halo_api";
}

} // namespace

TestTicketRun::TestTicketRun(Parts parts)
    : parts_{std::move(parts)},
      logger_{parts_.log, "test-ticket"},
      pause_{parts_.executor},
      tasks_{parts_.executor, net::report_to(logger_)}
{}

asio::awaitable<void> TestTicketRun::start()
{
    try {
        const auto read = [](store::Database& db) { return store::load_meta(db, kept_as); };
        const std::optional<std::string> kept = co_await net::on_readers(parts_.readers, read);
        if (kept) ticket_.resume(*kept, parts_.clock.wall());
    } catch (const std::exception& error) {
        logger_.warning("the last test ticket was not read", {{"why", error.what()}});
    }
    co_await tell_change();
}

asio::awaitable<void> TestTicketRun::stop()
{
    tasks_.cancel();
    co_await tasks_.join();
}

bool TestTicketRun::begin(TicketWish wish)
{
    if (!ticket_.begin(wish, parts_.clock.wall(), parts_.clock.steady())) return false;
    tasks_.spawn("test ticket", run());
    return true;
}

asio::awaitable<void> TestTicketRun::run()
{
    for (;;) {
        co_await tell_change();
        switch (ticket_.task()) {
        case TestTicket::Task::create: co_await create(); break;
        case TestTicket::Task::watch: co_await watch(); break;
        case TestTicket::Task::clean_up: co_await clean_up(); break;
        case TestTicket::Task::nothing: co_return;
        }
    }
}

asio::awaitable<void> TestTicketRun::create()
{
    const std::string mark = "[test " + base::uuid_v4(parts_.random).substr(0, 8) + "]";
    Call call = ask("POST", "/Tickets");
    call.body = one_of(new_ticket(mark, ticket_.wish().ticket_type));
    const auto answer = co_await parts_.halo.call(std::move(call));
    std::optional<std::int64_t> number;
    if (answer && answer->ok())
        if (const auto made = halo::read_object(answer->body))
            number = halo::Fields{*made}.first_number({"id"});
    const bool may_be_made =
        !number && (answer ? answer->ok() || answer->status >= 500 : answer.error().code() == "halo_timeout");
    if (may_be_made) number = co_await find(mark);
    if (number) {
        ticket_.created(*number, parts_.clock.wall(), parts_.clock.steady());
        co_return;
    }
    std::string reason = failure_of(answer);
    if (reason.empty()) reason = "its answer names no ticket";
    ticket_.not_created({"ticket_refused", {{"reason", reason}}}, advice_for(answer), parts_.clock.wall());
}

asio::awaitable<std::optional<std::int64_t>> TestTicketRun::find(std::string mark)
{
    Call call = ask("GET", "/Tickets");
    call.query = {
        {"search", mark.substr(1, mark.size() - 2)}, {"count", "50"}, {"order", "id"}, {"orderdesc", "true"}};
    const auto answer = co_await parts_.halo.call(std::move(call));
    std::optional<std::int64_t> number;
    if (!answer || !answer->ok()) co_return number;
    const auto tickets = halo::read_list(answer->body);
    if (!tickets) co_return number;
    for (const auto& each : tickets->items) {
        const halo::Fields fields{each};
        if (fields.text("summary", 1'000).find(mark) != std::string::npos)
            number = fields.first_number({"id"});
    }
    co_return number;
}

asio::awaitable<void> TestTicketRun::watch()
{
    const std::int64_t number = *ticket_.ticket();
    // A ticket's number may have been used before, in a HaloPSA that was set up anew.
    const base::WallTime from = *ticket_.started() - std::chrono::minutes{1};
    auto read = [number, from](store::Database& db) { return look(db, number, from); };
    Stored stored;
    std::string failed;
    try {
        stored = co_await net::on_readers(parts_.readers, std::move(read));
    } catch (const store::Failure& failure) {
        failed = failure.what();
    } catch (const net::StoreRefused& refusal) {
        failed = refusal.error().text();
    }
    if (!failed.empty()) logger_.debug("the store was not asked", {{"why", failed}});
    const base::WallTime wall = parts_.clock.wall();
    const LinkSighting link = parts_.link();
    stored.sighting.link_live = link.live;
    auto& event = stored.sighting.event;
    // A sending is written down with what became of it; until then the link alone knows.
    if (event && !event->sent && stored.seq && link.sent_upto >= *stored.seq) event->sent = wall;
    stored.sighting.insight = parts_.insight(number);
    ticket_.seen(stored.sighting, wall, parts_.clock.steady());
    co_await tell_change();
    if (ticket_.task() != TestTicket::Task::watch) co_return;
    pause_.expires_after(look_every);
    co_await pause_.async_wait(asio::use_awaitable);
}

asio::awaitable<void> TestTicketRun::clean_up()
{
    const std::int64_t number = *ticket_.ticket();
    Call call = ask("DELETE", "/Tickets/" + std::to_string(number));
    call.ticket = number;
    const auto deleted = co_await parts_.halo.call(std::move(call));
    if (failure_of(deleted).empty()) {
        ticket_.cleaned_up({"ticket_deleted", {{"ticket", number}}}, parts_.clock.wall());
        co_return;
    }
    // Deleting is a right of its own.
    const std::int64_t status = co_await closed_status();
    Call close = ask("POST", "/Tickets");
    close.ticket = number;
    close.body = one_of({{"id", number}, {"status_id", status}});
    const auto closed = co_await parts_.halo.call(std::move(close));
    if (const std::string why = failure_of(closed); !why.empty())
        ticket_.not_cleaned_up(why, parts_.clock.wall());
    else
        ticket_.cleaned_up({"ticket_closed", {{"ticket", number}}}, parts_.clock.wall());
}

asio::awaitable<std::int64_t> TestTicketRun::closed_status()
{
    Call call = ask("GET", "/Status");
    const auto answer = co_await parts_.halo.call(std::move(call));
    if (!answer || !answer->ok()) co_return usual_closed_status;
    const auto statuses = halo::read_list(answer->body);
    if (!statuses) co_return usual_closed_status;
    for (const auto& each : statuses->items) {
        const halo::Fields fields{each};
        const auto id = fields.first_number({"id"});
        if (id && halo::lower_case(fields.text("name", 100)) == "closed") co_return *id;
    }
    co_return usual_closed_status;
}

asio::awaitable<void> TestTicketRun::tell_change()
{
    if (!ticket_.take_changed()) co_return;
    if (changed_) changed_();
    auto write = [kept = ticket_.kept()](store::Database& db) {
        store::set_meta(db, kept_as, kept);
        return true;
    };
    std::string failed;
    try {
        co_await net::on_writer(parts_.writer, std::move(write));
    } catch (const store::Failure& failure) {
        failed = failure.what();
    } catch (const net::StoreRefused& refusal) {
        failed = refusal.error().text();
    }
    // The page has it all the same; only a restart would not.
    if (!failed.empty()) logger_.debug("the test ticket was not kept", {{"why", failed}});
}

} // namespace mizo::setup
