#pragma once

#include "daemon/store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mizo::store {

// The rowids of a table that can still be reached, in order, leaping over damaged pages.
std::vector<std::int64_t> readable_rows(Database& db, const std::string& table);

} // namespace mizo::store
