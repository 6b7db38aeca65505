#pragma once

#include "daemon/base/clock.hpp"

#include <filesystem>
#include <string>

namespace mizo::store {

// A time as a part of a file's name: "20261123T100000Z".
std::string file_stamp(base::WallTime now);

// A new folder "<prefix>-<time>" beside the database, for its owner alone.
std::filesystem::path new_folder_beside(const std::filesystem::path& database, const std::string& prefix,
                                        base::WallTime now);

// Moves a database with what belongs to it (-wal, -shm, .schema and what tells of its damage) into a folder,
// which is made where it is missing.
void move_database(const std::filesystem::path& database, const std::filesystem::path& folder);

} // namespace mizo::store
