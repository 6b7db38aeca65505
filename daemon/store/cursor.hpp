#pragma once

#include "daemon/base/result.hpp"
#include "daemon/store/page.hpp"

#include <cstdint>
#include <limits>
#include <string>

namespace mizo::store {

// A cursor is the rowid of the last row that was looked at: lists go on below it.
base::Result<std::int64_t> upper_bound_of(const PageRequest& request);
std::string cursor_at(std::int64_t rowid);

} // namespace mizo::store
