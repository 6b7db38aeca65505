#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/salvage.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace mizo::store {

struct Prepared {
    bool created = false;                 // there was no database
    int migrated_from = 0;                // the version found, when it was an older one; else 0
    std::string backup;                   // the copy made before migrating; empty when none was needed
    std::optional<SalvageReport> salvage; // the database found was damaged
};

// Makes the database ready before Writer and Readers open it: looks it over, sets a damaged one aside and
// salvages it, copies an older one and migrates it, or makes a new one. Error conflict, code
// "store.newer": it was written by a newer program, and was not touched. Throws Failure where the
// directory cannot be written or read.
base::Result<Prepared> prepare_database(const DatabaseOptions& options, base::Random& random,
                                        base::WallTime now);

} // namespace mizo::store
