#pragma once

#include "daemon/base/clock.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>

namespace mizo::intake {

// What came in since the start, for the strip, /metrics and the history. On the loop's thread only.
struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t repeated = 0;
    std::uint64_t rejected = 0;                 // no or bad signature
    std::uint64_t events = 0;                   // new ones
    std::uint64_t not_stored = 0;               // answered 503
    std::map<int, std::uint64_t> refused;       // by status: 400, 404, 405, 408, 413 …
    std::optional<base::WallTime> last_request; // anything that reached the webhook's URL
    std::optional<base::WallTime> last_accepted;
    std::optional<base::WallTime> last_rejected;
    std::uint64_t rejected_in_a_row = 0;
};

} // namespace mizo::intake
