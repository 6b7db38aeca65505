#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/alerts.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mizo::alerts {

// Where alerts are told, beside the page, the log and the cloud.
struct Places {
    bool webhook = false; // alerts.webhook_url is set
    bool ticket = false;  // alerts.halo_ticket, for severe ones
};

// One thing to do.
struct Errand {
    enum class Kind {
        post,        // the alert's newest state, at the webhook
        find_ticket, // an earlier try may have made it
        make_ticket, //
        add_note,    // to its ticket: it is over
    };
    Kind kind = Kind::post;
    store::AlertRow alert;
};

// How that ended.
struct Outcome {
    enum class Kind {
        done,
        refused,   // for good: the same again would be refused again
        not_now,   // it did not happen, and may at another time
        uncertain, // it may have happened
    };
    Kind kind = Kind::done;
    std::optional<std::int64_t> ticket;                   // made or found; none after a search: there is none
    std::optional<std::chrono::milliseconds> retry_after; // as the other side asks
};

// What is still to be told of the alerts, and when: alerts, outcomes and the time in, errands and rows to
// keep out. One errand is in hand at a time. The newest state of an alert is what is told: an alert that is
// over before anybody was reached is told once, with its beginning and its end.
class Telling {
public:
    static constexpr std::chrono::seconds first_pause{5};
    static constexpr std::chrono::minutes longest_pause{10};
    static constexpr std::chrono::hours give_up_after{6}; // of trying one state at one place
    static constexpr std::chrono::hours too_old{24};      // at a start, to be told at all
    static constexpr std::size_t over_max = 100; // alerts that are over and wait; the oldest is given up then

    // What an earlier start left.
    void resume(std::vector<store::AlertRow> rows, base::WallTime wall, base::SteadyTime now);
    // `row` without its states at the places. `halo_itself`: HaloPSA is the trouble, so no ticket there.
    void raised(store::AlertRow row, bool halo_itself, Places places, base::SteadyTime now);
    // `replaced`: another alert tells how things are now, so that nobody is told of an end.
    void ended(const std::string& id, bool replaced, base::WallTime at, base::SteadyTime now);

    // The next thing to do, which is then in hand until done().
    std::optional<Errand> next(Places places, base::SteadyTime now);
    void done(const Errand& errand, const Outcome& outcome, base::SteadyTime now);
    // When next() may have something; none: not before something happens.
    std::optional<base::SteadyTime> wake(Places places) const;

    // Rows that differ from what was taken last, to be kept.
    std::vector<store::AlertRow> take_changed();
    // Those that are on, oldest first.
    std::vector<store::AlertRow> on() const;
    // What was given up since the last call.
    std::vector<Errand> take_given_up();

private:
    struct Item {
        store::AlertRow row;
        base::SteadyTime webhook_until{}; // given up then
        base::SteadyTime ticket_until{};
        bool changed = true;
    };
    // A place that fails is left alone for a while, for all alerts.
    struct Pace {
        int failures = 0;
        base::SteadyTime not_before{};
    };

    Item* find(const std::string& id);
    void give_up(Item& item, bool webhook);
    void expire(base::SteadyTime now);
    void forget_what_is_told();
    void settle_post(Item& item, const Errand& errand, Outcome::Kind outcome);
    void settle_ticket(Item& item, const Errand& errand, const Outcome& outcome);
    static void keep_pace(Pace& pace, const Outcome& outcome, base::SteadyTime now);

    std::vector<Item> items_; // oldest first
    Pace webhook_;
    Pace ticket_;
    bool in_hand_ = false;
    std::vector<Errand> given_up_;
    std::vector<store::AlertRow> finished_; // changed, and no longer of interest here
};

} // namespace mizo::alerts
