#pragma once

#include "daemon/base/clock.hpp"

#include <filesystem>
#include <string>

namespace mizo::store {

// A time as a part of a file's name: "20261123T100000Z".
std::string file_stamp(base::WallTime now);

// Moves a database with what belongs to it (-wal, -shm, .schema) into a new folder "<prefix>-<time>" beside
// it; that folder.
std::filesystem::path move_database_aside(const std::filesystem::path& database, const std::string& prefix,
                                          base::WallTime now);

} // namespace mizo::store
