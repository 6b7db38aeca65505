#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/reconcile/view.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

// When to look for what was missed, and when to ask HaloPSA for changes: facts and the time in, verdicts out.
namespace mizo::reconcile {

// What is seen once a second.
struct ScheduleFacts {
    bool configured = false;       // HaloPSA's API is set up
    bool open = false;             // a webhook that came now would be stored
    std::uint64_t turned_away = 0; // webhooks answered 503, since the start
    bool link_live = false;
};

class Schedule {
public:
    static constexpr std::chrono::hours daily{24};
    static constexpr std::chrono::minutes ledger_every{15};
    static constexpr std::chrono::seconds more_after{30};
    static constexpr std::chrono::seconds calm_for{30}; // an outage is over then
    static constexpr std::chrono::minutes link_outage{5};
    static constexpr std::chrono::seconds retry_first{60};
    static constexpr std::chrono::minutes retry_longest{30};

    // The API was set up, or set up differently.
    void configured_anew() { done_.reset(); }
    void ask(Reason reason)
    {
        asked_ = reason;
        asked_meanwhile_ = true;
        retry_at_.reset();
        more_at_.reset();
    }
    void on(const ScheduleFacts& facts, base::SteadyTime now);
    // A run begins: what is asked for from now on is for another.
    void on_begin() { asked_meanwhile_ = false; }
    void on_run(const Run& run, base::SteadyTime now);

    // Why a run is due now; empty: none is.
    std::optional<Reason> due(base::SteadyTime now) const;
    // When the next one is due by time alone; empty where none is possible.
    std::optional<base::SteadyTime> next() const;

private:
    void note_outage(const ScheduleFacts& facts, base::SteadyTime now);

    ScheduleFacts facts_;
    std::optional<Reason> asked_;
    bool asked_meanwhile_ = false;         // since the run in hand began
    std::optional<base::SteadyTime> done_; // the last run that came to its end
    std::optional<base::SteadyTime> log_read_;
    bool log_readable_ = false;
    std::optional<base::SteadyTime> more_at_;
    std::optional<base::SteadyTime> retry_at_;
    std::chrono::seconds retry_pause_{0};
    std::optional<base::SteadyTime> trouble_; // the last sign of an outage that no run has looked after
    std::optional<base::SteadyTime> link_down_;
};

// Whether HaloPSA has to be asked, since it does not reach us. All ages are told by the clock of whoever
// stamped them, so that clocks that differ do no harm.
struct PollFacts {
    PollMode mode = PollMode::automatic;
    bool active = false;
    std::chrono::milliseconds interval{60'000};
    // Since when webhooks could have come; empty: they cannot now.
    std::optional<std::chrono::milliseconds> open_for;
    // Of the newest webhook; empty: none ever came.
    std::optional<std::chrono::milliseconds> webhook_age;
    // Of the newest change that the API shows; empty: not looked yet.
    std::optional<std::chrono::milliseconds> change_age;
    std::optional<std::chrono::milliseconds> active_for;
};
bool poll_wanted(const PollFacts& facts);

} // namespace mizo::reconcile
