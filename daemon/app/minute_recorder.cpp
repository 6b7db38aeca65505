#include "daemon/app/minute_recorder.hpp"

namespace mizo::app {

std::optional<store::MetricsMinute> MinuteRecorder::tick(base::WallTime now, const intake::Counters& counters,
                                                         relay::Latencies& latencies)
{
    const base::WallTime minute = minute_of(now);
    if (minute == minute_) return {};
    const bool forward = minute > minute_;
    store::MetricsMinute ended;
    ended.minute = minute_;
    ended.accepted = static_cast<std::int64_t>(counters.accepted - before_.accepted);
    ended.repeated = static_cast<std::int64_t>(counters.repeated - before_.repeated);
    ended.rejected = static_cast<std::int64_t>(counters.rejected - before_.rejected);
    const relay::Latencies::Summary summary = latencies.take();
    ended.acked = summary.count;
    ended.p50_ms = summary.p50_ms;
    ended.p99_ms = summary.p99_ms;
    before_ = counters;
    minute_ = minute;
    if (!forward) return {};
    return ended;
}

} // namespace mizo::app
