#include "daemon/reconcile/log_reader.hpp"

#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/reconcile/answers.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/reconcile_place.hpp"

#include <algorithm>
#include <set>

namespace mizo::reconcile {

namespace {

constexpr int page_size = 100;
constexpr int pages_max = 1'000;
constexpr std::size_t url_bytes = 600;
// A webhook of 4 MiB is longer as a text within JSON.
constexpr std::size_t answer_max = 16 * 1024 * 1024;
// A row that HaloPSA fails to show is tried so often, run after run, before its ticket is read instead; and
// with its ticket so often, before it counts as lost. What lies behind it waits meanwhile.
constexpr int row_tries = 3;
constexpr int tries_in_all = 6;
// An event is older than the tries of its delivery.
constexpr std::chrono::hours events_from{1};
// What a delivery tells of happened a moment before it was tried.
constexpr std::chrono::minutes ticket_from{1};

// What a webhook's request would be, had it come.
web::Request request_of(const LogDetail& detail, base::WallTime now)
{
    web::Request request;
    request.head.method = "POST";
    request.head.headers = detail.headers;
    if (request.head.headers.find("Content-Type") == nullptr)
        request.head.headers.add("Content-Type", "application/json");
    request.body = *detail.body;
    request.received = now;
    return request;
}

bool all_known(store::Database& db, const store::NewDelivery& delivery)
{
    return std::all_of(delivery.occurrences.begin(), delivery.occurrences.end(),
                       [&](const store::Occurrence& each) { return is_known(db, each, delivery.origin); });
}

} // namespace

struct LogReader::Listed {
    std::vector<LogRow> rows;
    std::set<std::string> ids;
    base::WallTime halo_now{};
    base::WallTime newest{}; // now, by the clock that stamps rows
};

asio::awaitable<LogReader::Found> LogReader::read(Reading reading)
{
    Found found;
    Listed listed;
    listed.halo_now = parts_.clock.wall();
    const base::WallTime began = listed.halo_now;
    // Where it cannot be told which webhook is ours, the signature tells.
    std::vector<std::string> webhooks = co_await our_webhooks(reading);
    if (webhooks.empty()) webhooks.emplace_back();
    for (const std::string& webhook : webhooks) {
        co_await list(reading, webhook, listed, found);
        if (found.error || found.refused) co_return found;
    }
    found.listed = static_cast<std::int64_t>(listed.rows.size());

    LogPlan todo = co_await plan(reading, listed);
    found.known += static_cast<std::int64_t>(todo.here.size());
    std::vector<Settled> here;
    for (LogRow& row : todo.here) here.push_back({std::move(row), store::LogState::here, 1});
    co_await settle(std::move(here), std::nullopt);
    for (LogRow& row : todo.fetch) {
        found.in_time = parts_.clock.steady() < reading.ends;
        if (!found.in_time || found.error) co_return found;
        co_await take(reading, std::move(row), listed.halo_now, found);
    }
    if (found.error) co_return found;

    failures_.clear();
    found.upto = listed.halo_now;
    auto done = [upto = listed.halo_now, newest = listed.newest, began](store::Database& db) {
        store::advance_place(db, store::Place::log, upto);
        store::set_halo_log_read(db, newest, began);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(done));
    co_return found;
}

asio::awaitable<std::vector<std::string>> LogReader::our_webhooks(const Reading& reading)
{
    std::vector<std::string> ids;
    halo_api::Query query{{"type", "0"}};
    const auto answer = co_await get(reading, "/Webhook", std::move(query));
    if (!answer || !answer->ok()) co_return ids;
    const auto rows = halo::read_list(answer->body);
    if (!rows) co_return ids;
    for (const auto& row : rows->items) {
        const halo::Fields fields{row};
        const std::string url = fields.text("url", url_bytes);
        const bool ours =
            !parts_.webhook_token.empty() && url.find(parts_.webhook_token) != std::string::npos;
        if (auto id = fields.id("id"); ours && !id.empty()) ids.push_back(std::move(id));
    }
    co_return ids;
}

asio::awaitable<void> LogReader::list(const Reading& reading, std::string webhook, Listed& listed,
                                      Found& found)
{
    for (int page = 1; page <= pages_max; ++page) {
        halo_api::Query query{{"pageinate", "true"},
                              {"page_size", std::to_string(page_size)},
                              {"page_no", std::to_string(page)},
                              {"order", "timestamp"},
                              {"orderdesc", "true"}};
        if (!webhook.empty()) query.emplace_back("webhook_id", webhook);
        const auto answer = co_await get(reading, "/WebhookEvent", std::move(query));
        if (!answer) {
            found.error = answer.error();
            co_return;
        }
        found.refused = is_refused(*answer) || answer->status == 404; // an older HaloPSA has none
        if (found.refused) co_return;
        const auto rows = answer->ok() ? halo::read_list(answer->body) : error_of(*answer);
        if (!rows) {
            found.error = rows.error();
            co_return;
        }
        if (page == 1) listed.halo_now = halo_time(*answer, listed.halo_now);
        listed.newest = std::max(listed.newest, listed.halo_now);
        bool fresh = false;
        for (const auto& object : rows->items) {
            auto row = read_log_row(object);
            if (!row) continue;
            if (may_be_written(row->at, listed.halo_now)) listed.newest = std::max(listed.newest, row->at);
            if (row->at < reading.window.from || !listed.ids.insert(row->id).second) continue;
            listed.rows.push_back(std::move(*row));
            fresh = true;
        }
        // What comes meanwhile pushes rows back, so that one is seen twice, but none is passed over.
        if (!fresh || rows->items.size() < page_size) co_return;
    }
    found.too_many = true;
}

asio::awaitable<LogPlan> LogReader::plan(const Reading& reading, Listed& listed)
{
    std::vector<std::string> ids{listed.ids.begin(), listed.ids.end()};
    const auto skew = parts_.clock.wall() - listed.newest;
    auto read = [ids = std::move(ids), from = reading.window.from + skew - events_from](store::Database& db) {
        return std::pair{store::settled_halo_log(db, ids), store::event_times(db, from)};
    };
    const auto stored = co_await net::on_readers(parts_.readers, std::move(read));
    co_return plan_log(std::move(listed.rows), stored.first, stored.second);
}

asio::awaitable<void> LogReader::take(const Reading& reading, LogRow row, base::WallTime halo_now,
                                      Found& found)
{
    Settled settled = co_await recover(reading, std::move(row), found);
    if (found.error) co_return;
    const base::WallTime place = std::min(settled.row.at, halo_now);
    std::vector<Settled> rows{std::move(settled)};
    co_await settle(std::move(rows), place);
}

bool LogReader::given_up(const std::string& row, const base::Error& error, int after)
{
    return is_of_one_call(error) && ++failures_[row] >= after;
}

asio::awaitable<LogReader::Settled> LogReader::recover(const Reading& reading, LogRow row, Found& found)
{
    halo_api::Query query{{"includedetails", "true"}};
    const std::string path = "/WebhookEvent/" + row.id;
    const auto answer = co_await get(reading, path, std::move(query));
    base::Result<boost::json::object> object = answer ? error_of(*answer) : answer.error();
    if (answer && answer->ok()) object = halo::read_object(answer->body);
    const bool final = answer && is_final(*answer);
    if (!object && !final && !given_up(row.id, object.error(), row_tries)) {
        found.error = object.error();
        co_return Settled{std::move(row)};
    }
    LogDetail detail;
    if (object) detail = read_log_detail(*object);
    if (!detail.body) {
        ++found.without_body;
        co_return co_await ask_for_ticket(reading, std::move(row), found);
    }
    web::Request request = request_of(detail, parts_.clock.wall());
    auto proof = parts_.recorder.verify(request);
    if (!proof) {
        ++found.unverified;
        co_return co_await ask_for_ticket(reading, std::move(row), found);
    }
    store::NewDelivery delivery = parts_.recorder.verified(request, std::move(*proof));
    delivery.origin = store::Origin::reconcile;
    co_return co_await store_verified(std::move(delivery), std::move(row), found);
}

asio::awaitable<LogReader::Settled> LogReader::store_verified(store::NewDelivery delivery, LogRow row,
                                                              Found& found)
{
    Settled settled;
    settled.row = std::move(row);
    settled.events = static_cast<std::int64_t>(delivery.occurrences.size());
    auto look = [&delivery](store::Database& db) { return all_known(db, delivery); };
    const bool known = co_await net::on_readers(parts_.readers, std::move(look));
    if (known) {
        ++found.known;
        settled.state = settled.row.answered_ok ? store::LogState::here : store::LogState::repeated;
        co_return settled;
    }
    const base::WallTime now = parts_.clock.wall();
    const store::Recorded recorded = co_await parts_.recorder.record(std::move(delivery), now);
    found.recovered += static_cast<std::int64_t>(recorded.events.size());
    settled.state = store::LogState::recovered;
    co_return settled;
}

asio::awaitable<LogReader::Settled> LogReader::ask_for_ticket(const Reading& reading, LogRow row,
                                                              Found& found)
{
    Settled settled;
    settled.row = std::move(row);
    if (!settled.row.ticket) {
        ++found.lost;
        co_return settled;
    }
    const auto nothing_new = settled.row.answered_ok ? store::LogState::here : store::LogState::repeated;
    if (!found.tickets.insert(*settled.row.ticket).second) {
        settled.state = nothing_new; // it was read with all its changes
        co_return settled;
    }
    Reading one = reading;
    one.window.from = std::min(reading.window.from, settled.row.at - ticket_from);
    const reconcile::Found seen = co_await parts_.tickets.read_one(*settled.row.ticket, one);
    found.actions_unread = found.actions_unread || seen.actions_unread;
    found.by_api += seen.events;
    const bool no_more = seen.refused || seen.gone;
    if (no_more || (seen.error && given_up(settled.row.id, *seen.error, tries_in_all))) {
        ++found.lost;
    } else if (seen.error) {
        found.error = seen.error;
    } else {
        settled.state = seen.events > 0 ? store::LogState::by_api : nothing_new;
        settled.events = std::max<std::int64_t>(seen.events, 1);
    }
    co_return settled;
}

asio::awaitable<void> LogReader::settle(std::vector<Settled> rows, std::optional<base::WallTime> place)
{
    std::vector<store::HaloLogRow> kept;
    for (Settled& each : rows) kept.push_back({std::move(each.row.id), each.row.at, each.state, each.events});
    auto job = [kept = std::move(kept), place, now = parts_.clock.wall()](store::Database& db) {
        store::put_halo_log(db, kept, now);
        if (place) store::advance_place(db, store::Place::log, *place);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(job));
}

asio::awaitable<base::Result<halo_api::Answer>> LogReader::get(const Reading& reading, std::string path,
                                                               halo_api::Query query)
{
    halo_api::Call call;
    call.purpose = reading.purpose;
    call.path = std::move(path);
    call.query = std::move(query);
    call.deadline = std::chrono::seconds{60}; // the rate limit may be waited for
    call.body_max = answer_max;
    co_return co_await parts_.api.call(std::move(call));
}

} // namespace mizo::reconcile
