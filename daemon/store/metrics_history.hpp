#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mizo::store {

// One minute of the daemon's life. No row: it was not running.
struct MetricsMinute {
    base::WallTime minute{}; // its beginning
    std::int64_t accepted = 0;
    std::int64_t repeated = 0;
    std::int64_t rejected = 0;
    std::int64_t acked = 0;
    std::int64_t queued = 0;      // at its end
    std::optional<double> p50_ms; // receipt to ack
    std::optional<double> p99_ms;
};

// Written again for the same minute, it replaces what was there.
void put_metrics_minute(Database& db, const MetricsMinute& minute);
// Those in [from, to), oldest first.
std::vector<MetricsMinute> load_metrics(Database& db, base::WallTime from, base::WallTime to);

// A quarter of an hour: for how many minutes the daemon was running, and how many good webhooks came.
struct QuarterHour {
    base::WallTime start{};
    std::int64_t minutes = 0;
    std::int64_t calls = 0;
};
// Since `from`, oldest first; quarters in which nothing was running are left out.
std::vector<QuarterHour> load_quarters(Database& db, base::WallTime from);

} // namespace mizo::store
