#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/relay/latencies.hpp"
#include "daemon/store/metrics_history.hpp"

#include <optional>

namespace mizo::app {

// Turns counters that only rise into the minutes of the history. The running minute is written again and
// again, so that the page shows what has just happened. Pure.
class MinuteRecorder {
public:
    static constexpr std::chrono::seconds written_every{5};

    explicit MinuteRecorder(base::WallTime now) : minute_{minute_of(now)}, written_{now} {}

    // The minute to be written now: the one that has ended since the last call, or every few seconds the
    // running one; else nothing.
    std::optional<store::MetricsMinute> tick(base::WallTime now, const intake::Counters& counters,
                                             relay::Latencies& latencies);

private:
    static base::WallTime minute_of(base::WallTime time)
    {
        return std::chrono::floor<std::chrono::minutes>(time);
    }

    base::WallTime minute_;
    base::WallTime written_;
    intake::Counters before_; // at the minute's beginning
};

} // namespace mizo::app
