#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/relay/latencies.hpp"
#include "daemon/store/metrics_history.hpp"

#include <optional>

namespace mizo::app {

// Turns counters that only rise into the minutes of the history. Pure.
class MinuteRecorder {
public:
    explicit MinuteRecorder(base::WallTime now) : minute_{minute_of(now)} {}

    // The minute that has ended since the last call; nothing while it lasts. A clock that was set back begins
    // a new minute without an entry.
    std::optional<store::MetricsMinute> tick(base::WallTime now, const intake::Counters& counters,
                                             relay::Latencies& latencies);

private:
    static base::WallTime minute_of(base::WallTime time)
    {
        return std::chrono::floor<std::chrono::minutes>(time);
    }

    base::WallTime minute_;
    intake::Counters before_;
};

} // namespace mizo::app
