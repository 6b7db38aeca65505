#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/halo_api/api.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace mizo::halo_api {

struct RateRules {
    std::size_t calls = 400; // in any window; HaloPSA itself allows 700, some say 450
    std::chrono::milliseconds window{std::chrono::minutes{5}};
    std::size_t at_once = 8;
    std::size_t waiting_max = 500;
};

// Who may call when: never more than the rules allow in any window, nor while HaloPSA has asked to wait. Of
// those who wait, the one with the foremost purpose goes first, then the one who came first. Each purpose may
// use a share of the calls only, so that work in the background always leaves room for an agent who is
// waiting. Has no clock and no timer.
class RateLimiter {
public:
    using Id = std::uint64_t;

    explicit RateLimiter(RateRules rules = {}) : rules_{rules} {}

    // A place in the queue. Empty: no call of this purpose can go before `until`, or too many wait.
    std::optional<Id> enter(Purpose purpose, base::SteadyTime now, base::SteadyTime until);
    // Those whose turn has come. Each is counted, and is in hand until it leaves.
    std::vector<Id> admit(base::SteadyTime now);
    // Ended, or tired of waiting.
    void leave(Id id);
    // A request beside the calls, such as that for a token.
    void count(base::SteadyTime now);
    // HaloPSA asks to wait.
    void hold(base::SteadyTime until);

    // When somebody's turn may come by time alone; empty where nobody waits, or where one must leave first.
    std::optional<base::SteadyTime> next(base::SteadyTime now) const;
    // When a call of this purpose can go at the earliest.
    base::SteadyTime earliest(Purpose purpose, base::SteadyTime now) const;
    std::size_t left(base::SteadyTime now) const;
    std::size_t limit() const { return rules_.calls; }
    // Until when HaloPSA has asked to wait; empty where that is over.
    std::optional<base::SteadyTime> held_until(base::SteadyTime now) const;

private:
    // Foremost first, and in the order in which they came.
    using Waiting = std::pair<Purpose, Id>;

    void forget_old(base::SteadyTime now);
    std::size_t calls_of(Purpose purpose) const;
    std::size_t at_once_of(Purpose purpose) const;

    RateRules rules_;
    Id last_id_ = 0;
    std::set<Waiting> waiting_;
    std::set<Id> in_hand_;
    std::deque<base::SteadyTime> made_; // in the window, oldest first
    std::optional<base::SteadyTime> held_until_;
};

} // namespace mizo::halo_api
