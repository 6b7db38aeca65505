#pragma once

#include <chrono>
#include <cstdint>

namespace mizo::relay {

// Full jitter: a random time between 0 and min(60 s, 1 s * 2^n), for ever, so that a fleet that lost its
// cloud at one instant does not come back at one instant.
class Backoff {
public:
    using Milliseconds = std::chrono::milliseconds;

    // `jitter` is in [0, 1).
    Milliseconds next(double jitter);
    // What next() would stay under.
    Milliseconds ceiling() const;
    void reset() { failures_ = 0; }

private:
    std::int64_t failures_ = 0;
};

// After a refusal that only a person can lift: 1 to 10 minutes.
std::chrono::milliseconds slow_delay(double jitter);

} // namespace mizo::relay
