#include "daemon/app/minute_recorder.hpp"

namespace mizo::app {

std::optional<store::MetricsMinute> MinuteRecorder::tick(base::WallTime now, const intake::Counters& counters,
                                                         relay::Latencies& latencies)
{
    const bool ended = minute_of(now) != minute_;
    // A clock that was set back begins another minute, and must not hold up writing.
    if (!ended && now >= written_ && now - written_ < written_every) return {};
    store::MetricsMinute minute;
    minute.minute = minute_;
    minute.accepted = static_cast<std::int64_t>(counters.accepted - before_.accepted);
    minute.repeated = static_cast<std::int64_t>(counters.repeated - before_.repeated);
    minute.rejected = static_cast<std::int64_t>(counters.rejected - before_.rejected);
    const relay::Latencies::Summary summary = latencies.summary();
    minute.acked = summary.count;
    minute.p50_ms = summary.p50_ms;
    minute.p99_ms = summary.p99_ms;
    written_ = now;
    if (ended) {
        minute_ = minute_of(now);
        before_ = counters;
        latencies.restart();
    }
    return minute;
}

} // namespace mizo::app
