#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>

namespace mizo::store {

struct QueueCounts {
    std::int64_t queued = 0;              // events that wait for the cloud's ack
    std::optional<base::WallTime> oldest; // receipt of the oldest of them
    std::int64_t dead = 0;
    std::int64_t bytes = 0; // in use by the whole store
};
QueueCounts count_queue(Database& db);

// What became of the events received since `from`.
struct Ledger {
    std::int64_t received = 0; // verified events, repeats left out
    std::int64_t stored = 0;
    std::int64_t acked = 0;
    std::int64_t unscoped = 0;
    std::int64_t dead = 0;
};
Ledger count_ledger(Database& db, base::WallTime from);

// The newest of each, for the strip.
struct LastSuccess {
    std::optional<base::WallTime> accepted; // a verified delivery, new or repeated
    std::optional<base::WallTime> rejected;
    std::optional<base::WallTime> stored;
    std::optional<base::WallTime> acked;
};
LastSuccess last_success(Database& db);

} // namespace mizo::store
