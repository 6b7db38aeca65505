#pragma once

#include "daemon/halo_api/api_settings.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/reconcile/log_reader.hpp"
#include "daemon/reconcile/reconciler.hpp"
#include "daemon/reconcile/schedule.hpp"
#include "daemon/store/reconcile_place.hpp"

namespace mizo::reconcile {

// The inside of Reconciler.
class Reconciler::Work {
public:
    explicit Work(Parts parts);

    void start();
    asio::awaitable<void> stop();
    View view() const;
    base::Result<void> ask(Reason reason, std::optional<base::WallTime> from);

private:
    // Where a search begins, from what is on disk.
    struct Places {
        std::optional<base::WallTime> log;
        std::optional<base::WallTime> api;
        std::optional<base::WallTime> asked;
        std::optional<base::WallTime> first_start;
        std::optional<base::WallTime> newest_webhook;
    };

    asio::awaitable<void> run();
    asio::awaitable<void> tick();
    void look_around();
    void take_settings();

    asio::awaitable<void> search(Reason reason);
    asio::awaitable<void> search_by_log(Run& run, const Places& places);
    // Whether the API stands in for the log, which has failed too often in a row.
    bool log_gives_way(Run& run);
    asio::awaitable<void> search_by_api(Run& run, const Places& places);
    void conclude(Run& run, const LogReader::Found& found);
    void conclude(Run& run, const Found& found);
    // `asked_from`: as it was when the run began.
    asio::awaitable<void> finish(Run run, std::optional<base::WallTime> asked_from);

    bool poll_due() const;
    asio::awaitable<void> poll();
    // What the newest change tells: whether asking is needed.
    asio::awaitable<void> watch(const Places& places);
    asio::awaitable<void> read_changes(const Places& places);
    PollFacts poll_facts() const;
    void set_polling(bool active);
    void note_poll_failure(const Found& found);

    asio::awaitable<Places> load_places();
    asio::awaitable<void> forget_places(Places& places, base::WallTime latest);
    Window window_of(const Places& places, std::optional<base::WallTime> place) const;

    Parts parts_;
    TicketReader tickets_;
    LogReader log_;
    Schedule schedule_;
    View view_;
    halo_api::ApiSettings api_settings_;
    std::optional<base::SteadyTime> open_since_;
    std::optional<base::WallTime> newest_webhook_;
    std::optional<std::chrono::milliseconds> change_age_;
    std::optional<base::WallTime> poll_from_; // what is older came by webhook
    std::optional<base::SteadyTime> polled_;
    std::optional<base::WallTime> asked_from_;
    int log_failures_ = 0; // in a row
    bool looked_for_webhook_ = false;
    bool stopped_ = false;
    halo_api::Bell bell_;
    net::TaskScope tasks_;
};

} // namespace mizo::reconcile
