#pragma once

#include "daemon/base/clock.hpp"

#include <optional>
#include <string_view>

namespace mizo::admin {

// The time from which on what was missed is to be looked for; empty where it is none of the last 30 days.
std::optional<base::WallTime> look_back_from(std::string_view text, base::WallTime now);

} // namespace mizo::admin
