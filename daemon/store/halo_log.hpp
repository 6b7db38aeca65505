#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What HaloPSA's own log of deliveries says it sent, and what became of it here.
namespace mizo::store {

// repeated: another try of what an earlier row counts.
enum class LogState { here, recovered, repeated, by_api, missing };

struct HaloLogRow {
    std::string id; // HaloPSA's
    base::WallTime at{};
    LogState state = LogState::missing;
    std::int64_t events = 1;
};
void put_halo_log(Database& db, const std::vector<HaloLogRow>& rows, base::WallTime now);
// Those of `ids` that are settled: everything but missing.
std::set<std::string> settled_halo_log(Database& db, const std::vector<std::string>& ids);

// Times at which verified events of each ticket are here, ascending, since `from`: HaloPSA's own where an
// event has one.
std::map<std::int64_t, std::vector<base::WallTime>> event_times(Database& db, base::WallTime from);

// The log was read to its end: `until` by HaloPSA's clock, `read` by ours.
void set_halo_log_read(Database& db, base::WallTime until, base::WallTime read);
// It cannot be read any more.
void clear_halo_log_read(Database& db);

// HaloPSA = stored = acked, since `from`. What is unknown is empty.
struct HaloLedger {
    std::optional<base::WallTime> read;
    std::optional<std::int64_t> halo;
    std::int64_t stored = 0;
    std::int64_t acked = 0;
    std::optional<std::int64_t> missing;
    std::optional<bool> equal;
};
HaloLedger halo_ledger(Database& db, base::WallTime from);

} // namespace mizo::store
