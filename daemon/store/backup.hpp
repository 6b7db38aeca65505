#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace mizo::store {

struct BackupReport {
    std::int64_t bytes = 0;
    int version = 0;
};

// Writes a consistent copy while others go on working, as of one instant; the file (mode 0600) must not be
// there. Errors: conflict (it is there), unavailable (it cannot be written).
base::Result<BackupReport> backup_to(Database& db, const std::filesystem::path& file);

// Whether a file can be restored: it is a whole database of ours, and not of a newer program. Touches
// nothing. Errors: not_found, malformed (damaged or not ours), conflict (newer).
base::Result<BackupReport> check_backup(const std::filesystem::path& file);

// Puts a backup in the place of the database, which must not be open; what was there is moved to
// `replaced-<utc>/` beside it. The restored stream gets a new epoch, since the cloud may be further on.
base::Result<BackupReport> restore_backup(const std::filesystem::path& backup,
                                          const std::filesystem::path& database, const std::string& epoch,
                                          base::WallTime now);

} // namespace mizo::store
