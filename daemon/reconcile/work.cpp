#include "daemon/reconcile/work.hpp"

#include "daemon/halo/api_fault.hpp"
#include "daemon/net/task_report.hpp"
#include "daemon/reconcile/answers.hpp"

#include <algorithm>

namespace mizo::reconcile {

using config::Key;

namespace {

constexpr std::chrono::milliseconds second{1'000};
constexpr std::chrono::minutes run_longest{10};
// HaloPSA writes its log and its tickets a little after the fact, and clocks are set by the second.
constexpr std::chrono::minutes overlap{10};
constexpr std::chrono::minutes poll_overlap{2};
// HaloPSA's log fails so often in a row before its tickets are asked instead: what they show is less exact.
constexpr int log_tries = 3;
// A webhook that is on its way is not to be overtaken.
constexpr std::chrono::seconds settle{60};

PollMode poll_mode(const config::Settings& settings)
{
    if (settings.is(Key::poll_enabled, "on")) return PollMode::on;
    return settings.is(Key::poll_enabled, "off") ? PollMode::off : PollMode::automatic;
}

Note failure_note(const base::Error& error)
{
    return {"reconcile_failed", 0, error.detail().empty() ? error.text() : error.detail(), {}};
}

void add_note(Run& run, std::string_view code, std::int64_t count)
{
    if (count > 0) run.notes.push_back({std::string{code}, count, {}, {}});
}

std::chrono::milliseconds between(base::WallTime from, base::WallTime to)
{
    return std::max(to - from, std::chrono::milliseconds{0});
}

} // namespace

Reconciler::Work::Work(Parts parts)
    : parts_{std::move(parts)},
      tickets_{{parts_.writer, parts_.readers, parts_.api, parts_.recorder, parts_.clock, parts_.logger}},
      log_{{parts_.writer, parts_.readers, parts_.api, parts_.recorder, tickets_, parts_.clock, parts_.logger,
            parts_.webhook_token}},
      bell_{parts_.executor},
      tasks_{parts_.executor, net::report_to(parts_.logger)}
{
    take_settings();
}

void Reconciler::Work::start()
{
    tasks_.spawn("reconcile", run());
}

asio::awaitable<void> Reconciler::Work::stop()
{
    stopped_ = true;
    bell_.ring();
    tasks_.cancel();
    co_await tasks_.join();
}

View Reconciler::Work::view() const
{
    View view = view_;
    const auto next = schedule_.next();
    const base::SteadyTime now = parts_.clock.steady();
    const auto wall_at = [&](base::SteadyTime at) {
        const auto in = std::chrono::ceil<std::chrono::milliseconds>(at - now);
        return parts_.clock.wall() + std::max(in, std::chrono::milliseconds{0});
    };
    if (next && !view.running) view.next = wall_at(*next);
    if (polled_ && view.poll.mode != PollMode::off) view.poll.next = wall_at(*polled_ + view.poll.interval);
    return view;
}

base::Result<void> Reconciler::Work::ask(Reason reason, std::optional<base::WallTime> from)
{
    if (!api_settings_.configured())
        return base::Error{base::Errc::conflict, "reconcile_not_possible", "HaloPSA's API is not set up."};
    if (from) {
        asked_from_ = from;
        auto keep = [from](store::Database& db) { store::set_asked_from(db, from); };
        const auto kept = parts_.writer.submit(std::move(keep), [](std::exception_ptr) {}, {});
        if (!kept) parts_.logger.warning("the search cannot be kept over a restart");
    }
    schedule_.ask(reason);
    bell_.ring();
    return {};
}

asio::awaitable<void> Reconciler::Work::run()
{
    while (!stopped_) {
        co_await bell_.wait(second);
        if (stopped_) break;
        try {
            co_await tick();
        } catch (const std::exception& error) {
            if (stopped_) break;
            // The store fails, and has an alarm of its own: later, and ever more slowly.
            parts_.logger.debug("put off", {{"why", error.what()}});
            Run failed;
            failed.state = RunState::failed;
            schedule_.on_run(failed, parts_.clock.steady());
        }
        view_.running = false;
    }
}

asio::awaitable<void> Reconciler::Work::tick()
{
    take_settings();
    look_around();
    if (const auto reason = schedule_.due(parts_.clock.steady())) co_await search(*reason);
    if (!stopped_ && poll_due()) co_await poll();
}

void Reconciler::Work::take_settings()
{
    const auto settings = parts_.settings.current();
    view_.poll.mode = poll_mode(*settings);
    view_.poll.interval = settings->duration(Key::poll_interval);
    if (view_.poll.mode != PollMode::automatic) set_polling(view_.poll.mode == PollMode::on);
    halo_api::ApiSettings now = halo_api::api_settings(*settings);
    if (now.same_as(api_settings_)) return;
    api_settings_ = std::move(now);
    view_.rights = {};
    schedule_.configured_anew();
}

void Reconciler::Work::look_around()
{
    const Inflow inflow = parts_.inflow();
    const base::SteadyTime now = parts_.clock.steady();
    if (!inflow.open) open_since_.reset();
    if (inflow.open && !open_since_) open_since_ = now;
    if (inflow.last_webhook) newest_webhook_ = inflow.last_webhook;
    ScheduleFacts facts;
    facts.configured = api_settings_.configured();
    facts.open = inflow.open;
    facts.turned_away = inflow.turned_away;
    facts.link_live = inflow.link_live;
    schedule_.on(facts, now);
}

// ---- looking for what was missed ----

asio::awaitable<void> Reconciler::Work::search(Reason reason)
{
    view_.running = true;
    Run run;
    run.reason = reason;
    run.began = parts_.clock.wall();
    schedule_.on_begin();
    const Places places = co_await load_places();
    co_await search_by_log(run, places);
    if (log_gives_way(run)) run.log_failed = true;
    if (!run.way && run.state == RunState::done) co_await search_by_api(run, places);
    if (!run.way && run.state == RunState::done) {
        run.state = RunState::failed;
        run.message.code = "reconcile_no_rights";
    }
    co_await finish(std::move(run), places.asked);
}

asio::awaitable<void> Reconciler::Work::search_by_log(Run& run, const Places& places)
{
    Reading reading;
    reading.window = window_of(places, places.asked ? places.asked : places.log);
    reading.thorough = true;
    reading.ends = parts_.clock.steady() + run_longest;
    view_.way = Way::delivery_log;
    const LogReader::Found found = co_await log_.read(reading);
    if (found.refused) {
        view_.rights.delivery_log = false;
        auto forget = [](store::Database& db) {
            store::clear_halo_log_read(db);
            return true;
        };
        co_await net::on_writer(parts_.writer, std::move(forget));
        co_return;
    }
    if (!found.error) view_.rights.delivery_log = true;
    run.way = Way::delivery_log;
    run.from = reading.window.from;
    conclude(run, found);
}

bool Reconciler::Work::log_gives_way(Run& run)
{
    log_failures_ = run.state == RunState::failed ? log_failures_ + 1 : 0;
    if (log_failures_ < log_tries) return false;
    run.notes.push_back({"reconcile_log_failed", 0, run.message.reason, {}});
    run.message = {};
    run.state = RunState::done;
    run.way.reset();
    return true;
}

asio::awaitable<void> Reconciler::Work::search_by_api(Run& run, const Places& places)
{
    Reading reading;
    reading.window = window_of(places, places.asked ? places.asked : places.api);
    reading.thorough = places.asked.has_value();
    reading.ends = parts_.clock.steady() + run_longest;
    if (run.reason == Reason::daily) reading.settle = settle;
    view_.way = Way::api;
    const Found found = co_await tickets_.read(reading);
    if (!found.error) view_.rights.tickets = !found.refused;
    if (found.refused) {
        view_.way.reset();
        co_return;
    }
    run.way = Way::api;
    run.from = reading.window.from;
    conclude(run, found);
}

void Reconciler::Work::conclude(Run& run, const LogReader::Found& found)
{
    run.listed = found.listed;
    run.recovered = found.recovered;
    run.by_api = found.by_api;
    run.known = found.known;
    run.without_body = found.without_body;
    run.unverified = found.unverified;
    add_note(run, "reconcile_without_body", found.without_body);
    add_note(run, "reconcile_unverified", found.unverified);
    add_note(run, "reconcile_lost", found.lost);
    if (found.too_many) add_note(run, "reconcile_too_many", found.listed);
    if (found.actions_unread) add_note(run, "reconcile_actions_unread", 1);
    if (found.error) {
        run.state = RunState::failed;
        run.message = failure_note(*found.error);
    } else if (!found.in_time) {
        run.state = RunState::partial;
    }
    if (found.upto) view_.checked_upto = found.upto;
}

void Reconciler::Work::conclude(Run& run, const Found& found)
{
    run.listed = found.listed;
    run.by_api += found.events;
    if (!run.log_failed) run.notes.push_back({"reconcile_by_api", 0, {}, {}});
    view_.rights.actions = !found.actions_unread;
    if (found.too_many) add_note(run, "reconcile_too_many", found.listed);
    if (found.actions_unread) add_note(run, "reconcile_actions_unread", 1);
    if (found.error) {
        run.state = RunState::failed;
        run.message = failure_note(*found.error);
    } else if (!found.in_time) {
        run.state = RunState::partial;
    }
    if (found.upto) view_.checked_upto = found.upto;
}

asio::awaitable<void> Reconciler::Work::finish(Run run, std::optional<base::WallTime> asked_from)
{
    run.ended = parts_.clock.wall();
    const std::int64_t events = run.recovered + run.by_api;
    if (run.state == RunState::partial) {
        const Places places = co_await load_places();
        run.message = {"reconcile_partial", 0, {}, run.way == Way::api ? places.api : places.log};
    } else if (run.state == RunState::done) {
        run.message.code = events > 0 ? "reconcile_recovered" : "reconcile_nothing_missed";
        run.message.count = events;
        // What was asked for meanwhile is for the next run.
        if (asked_from && asked_from_ == asked_from) {
            asked_from_.reset();
            auto done = [](store::Database& db) {
                store::set_asked_from(db, std::nullopt);
                return true;
            };
            co_await net::on_writer(parts_.writer, std::move(done));
        }
    }
    ++view_.totals.runs;
    if (run.state == RunState::failed) ++view_.totals.failed_runs;
    view_.totals.recovered += run.recovered;
    view_.totals.by_api += run.by_api;
    const base::Fields said{{"why", std::string{name_of(run.reason)}},
                            {"way", run.way ? std::string{name_of(*run.way)} : "none"},
                            {"state", std::string{name_of(run.state)}},
                            {"listed", std::to_string(run.listed)},
                            {"recovered", std::to_string(events)},
                            {"reason", run.message.reason}};
    if (run.state == RunState::failed)
        parts_.logger.warning("what was missed cannot be looked for now", said);
    else if (events > 0 || run.reason != Reason::ledger)
        parts_.logger.info("looked for what was missed", said);
    schedule_.on_run(run, parts_.clock.steady());
    view_.last_run = std::move(run);
    view_.running = false;
}

asio::awaitable<Reconciler::Work::Places> Reconciler::Work::load_places()
{
    auto load = [first = !looked_for_webhook_](store::Database& db) {
        Places places;
        places.log = store::load_place(db, store::Place::log);
        places.api = store::load_place(db, store::Place::api);
        places.asked = store::load_asked_from(db);
        places.first_start = store::first_start(db);
        if (first) places.newest_webhook = store::newest_webhook(db);
        return places;
    };
    Places places = co_await net::on_readers(parts_.readers, std::move(load));
    looked_for_webhook_ = true;
    const base::WallTime latest = parts_.clock.wall() + clocks_differ_by;
    if (places.log > latest || places.api > latest) co_await forget_places(places, latest);
    // What was asked for just now may not be on disk yet; what was asked before a restart is there alone.
    if (!asked_from_) asked_from_ = places.asked;
    places.asked = asked_from_;
    if (!newest_webhook_) newest_webhook_ = places.newest_webhook;
    co_return places;
}

// A clock that was wrong, here or in HaloPSA, has left them.
asio::awaitable<void> Reconciler::Work::forget_places(Places& places, base::WallTime latest)
{
    auto forget = [latest](store::Database& db) {
        store::forget_places_beyond(db, latest);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(forget));
    parts_.logger.warning("the place of the search lay in the future: it begins anew");
    if (places.log > latest) places.log.reset();
    if (places.api > latest) places.api.reset();
}

Window Reconciler::Work::window_of(const Places& places, std::optional<base::WallTime> place) const
{
    const base::WallTime furthest = parts_.clock.wall() - longest_look_back;
    Window window;
    window.since = std::max(places.first_start.value_or(furthest), furthest);
    if (places.asked) window.since = std::min(window.since, *places.asked);
    // What lies before the first start was never to be told.
    window.from = place ? std::max(*place - overlap, window.since) : window.since;
    return window;
}

// ---- asking for changes ----

bool Reconciler::Work::poll_due() const
{
    if (view_.poll.mode == PollMode::off || !api_settings_.configured()) return false;
    return !polled_ || parts_.clock.steady() - *polled_ >= view_.poll.interval;
}

asio::awaitable<void> Reconciler::Work::poll()
{
    polled_ = parts_.clock.steady();
    const Places places = co_await load_places();
    if (view_.poll.mode == PollMode::automatic) co_await watch(places);
    if (view_.poll.active) co_await read_changes(places);
}

asio::awaitable<void> Reconciler::Work::watch(const Places& places)
{
    if (!view_.poll.active) {
        Reading reading;
        reading.purpose = halo_api::Purpose::poll;
        reading.window = window_of(places, places.api);
        const Found found = co_await tickets_.look(reading);
        note_poll_failure(found);
        change_age_.reset();
        if (found.newest_change) change_age_ = between(*found.newest_change, found.halo_now);
    }
    const bool wanted = poll_wanted(poll_facts());
    if (wanted == view_.poll.active) co_return;
    set_polling(wanted);
    parts_.logger.info(wanted ? "HaloPSA does not reach us: asking it for changes"
                              : "webhooks come again: HaloPSA is asked no more");
    // Up to the newest webhook, webhooks have told.
    if (wanted && newest_webhook_) poll_from_ = *newest_webhook_ - overlap;
    if (!wanted) schedule_.ask(Reason::outage);
}

asio::awaitable<void> Reconciler::Work::read_changes(const Places& places)
{
    Reading reading;
    reading.purpose = halo_api::Purpose::poll;
    reading.window = window_of(places, places.api);
    if (places.api) reading.window.from = std::max(reading.window.from, *places.api - poll_overlap);
    if (poll_from_) reading.window.from = std::max(reading.window.from, *poll_from_);
    reading.ends = parts_.clock.steady() + run_longest;
    const Found found = co_await tickets_.read(reading);
    note_poll_failure(found);
    view_.totals.polled += found.events;
    if (!found.upto) co_return;
    view_.poll.last = parts_.clock.wall();
    view_.checked_upto = found.upto;
    poll_from_.reset();
}

PollFacts Reconciler::Work::poll_facts() const
{
    const base::WallTime now = parts_.clock.wall();
    PollFacts facts;
    facts.mode = view_.poll.mode;
    facts.active = view_.poll.active;
    facts.interval = view_.poll.interval;
    if (open_since_)
        facts.open_for = std::chrono::floor<std::chrono::milliseconds>(parts_.clock.steady() - *open_since_);
    if (newest_webhook_) facts.webhook_age = between(*newest_webhook_, now);
    facts.change_age = change_age_;
    if (view_.poll.since) facts.active_for = between(*view_.poll.since, now);
    return facts;
}

void Reconciler::Work::set_polling(bool active)
{
    if (view_.poll.active == active) return;
    view_.poll.active = active;
    view_.poll.since.reset();
    if (active) view_.poll.since = parts_.clock.wall();
}

void Reconciler::Work::note_poll_failure(const Found& found)
{
    view_.poll.error.reset();
    if (found.error) view_.poll.error = failure_note(*found.error);
    if (found.refused) view_.poll.error = Note{"reconcile_no_rights", 0, {}, {}};
    if (!found.error) view_.rights.tickets = !found.refused;
}

} // namespace mizo::reconcile
