#include "daemon/relay/latencies.hpp"

#include <algorithm>

namespace mizo::relay {

namespace {

// Nearest rank (the smallest sample that at least this share does not exceed).
double percentile(std::vector<std::int64_t>& samples, double share)
{
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1));
    const auto at = samples.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(samples.begin(), at, samples.end());
    return static_cast<double>(*at);
}

} // namespace

void Latencies::loaded(const Loaded& events)
{
    if (events.events.empty()) return;
    // Loaded again after a step back: what was noted of these is noted anew.
    const Seq first = events.events.front().seq;
    while (!on_their_way_.empty() && on_their_way_.back().first >= first) on_their_way_.pop_back();
    for (const LoadedEvent& event : events.events)
        if (event.state == LoadedEvent::State::whole)
            on_their_way_.emplace_back(event.seq, event.event.received_at);
}

void Latencies::acked(const std::vector<AckTime>& acks)
{
    for (const AckTime& ack : acks) {
        while (!on_their_way_.empty() && on_their_way_.front().first <= ack.upto) {
            ++count_;
            const auto took = (ack.at - on_their_way_.front().second).count();
            if (samples_ms_.size() < samples_max) samples_ms_.push_back(std::max<std::int64_t>(took, 0));
            on_their_way_.pop_front();
        }
    }
}

Latencies::Summary Latencies::summary() const
{
    Summary summary;
    summary.count = count_;
    if (samples_ms_.empty()) return summary;
    std::vector<std::int64_t> samples = samples_ms_;
    summary.p50_ms = percentile(samples, 0.50);
    summary.p99_ms = percentile(samples, 0.99);
    return summary;
}

void Latencies::restart()
{
    samples_ms_.clear();
    count_ = 0;
}

} // namespace mizo::relay
