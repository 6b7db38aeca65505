#pragma once

#include "daemon/relay/session_types.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace mizo::relay {

// How long events took from their receipt to the cloud's ack. Pure; holds the events on their way, and a
// bounded sample of those that have arrived.
class Latencies {
public:
    static constexpr std::size_t samples_max = 10'000;

    void loaded(const Loaded& events);
    void acked(const std::vector<AckTime>& acks);

    struct Summary {
        std::int64_t count = 0; // all, those beyond the sample too
        std::optional<double> p50_ms;
        std::optional<double> p99_ms;
    };
    // Of what was acked since the last restart.
    Summary summary() const;
    void restart();

private:
    std::deque<std::pair<Seq, WallTime>> on_their_way_; // receipt by seq, which rises
    std::vector<std::int64_t> samples_ms_;
    std::int64_t count_ = 0;
};

} // namespace mizo::relay
