#pragma once

#include "daemon/base/result.hpp"

#include <filesystem>

// A start looks only at a part of a large database, and not at all at what an index leaves out. What running
// met is therefore left for the next start in a file beside the database: "<database>.damaged".
namespace mizo::store {

// On disk when it returns: from now on each start salvages this database, until it was set aside together
// with its marker. Error: unavailable "file.unwritable".
base::Result<void> mark_damaged(const std::filesystem::path& database);

bool is_marked_damaged(const std::filesystem::path& database);

} // namespace mizo::store
