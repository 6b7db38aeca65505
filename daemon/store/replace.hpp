#pragma once

#include "daemon/base/clock.hpp"

#include <filesystem>
#include <optional>
#include <string>

// A database that a salvage or a backup brings is made under another name, and takes the place of the one
// there is only when it is whole. docs/database.md says what each crash on the way leaves.
namespace mizo::store {

// Where it is made: "<database>.fresh".
std::filesystem::path fresh_database(std::filesystem::path database);

// Removes what is there of one that was given up.
void discard_fresh(const std::filesystem::path& database);

// Moves the database with what belongs to it to a new folder "<prefix>-<time>" beside it, and gives its name
// to the fresh one, which must be whole, closed and without a log; that folder. Neither may be open.
// Whatever ends this midway, finish_replacing() goes on. Throws where a file cannot be moved or written.
std::filesystem::path replace_database(const std::filesystem::path& database, const std::string& prefix,
                                       base::WallTime now);

// Before anything else is done with the database: completes what was begun, or throws away a fresh one that
// is not whole. The folder; nullopt: there was nothing to complete. Throws as replace_database.
std::optional<std::filesystem::path> finish_replacing(const std::filesystem::path& database);

} // namespace mizo::store
