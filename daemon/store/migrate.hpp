#pragma once

#include "daemon/base/embedded.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"

#include <span>
#include <string>

namespace mizo::store {

// Brings the schema up to date: one transaction for each file, so that a failed step leaves the last good
// one. The files are numbered by their names ("0001_….sql"); the number is PRAGMA user_version.
void migrate(Database& db, std::span<const embedded::File> files = embedded::migrations());

// The version that the files lead to.
int newest_version(std::span<const embedded::File> files = embedded::migrations());

} // namespace mizo::store
