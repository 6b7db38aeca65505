#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mizo::store {

// What came out of a damaged database.
struct SalvageReport {
    std::string set_aside;    // the folder with the damaged files
    std::string damage;       // what was found
    std::int64_t unacked = 0; // events that wait for the cloud
    std::int64_t log = 0;     // events acked already
    std::int64_t deliveries = 0;
    std::int64_t damaged = 0; // rows whose bytes no longer match their SHA-256: left behind
    std::int64_t settings = 0;
    std::int64_t certificates = 0;
    bool identity = false;
    std::vector<std::string> unreadable; // tables that could not be read to their end
};

// Makes a new database with every row that is whole, events that wait first, and puts it in the place of the
// damaged one, which is moved to `corrupt-<utc>/` beside it with what belongs to it. The new stream has the
// epoch given. Until the new one is whole the damaged one stays where it is, marked as damaged: what ends a
// salvage midway costs nothing but time. Throws where the disk is full or fails.
SalvageReport salvage(const DatabaseOptions& database, const std::string& epoch, base::WallTime now);

} // namespace mizo::store
