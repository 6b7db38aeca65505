#pragma once

#include "daemon/base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mizo::base {

// RFC 3339 in UTC with milliseconds: "2026-11-23T10:00:00.000Z".
std::string rfc3339(WallTime time);

// Reads RFC 3339, and what HaloPSA writes: any number of fractional digits, and no zone at all, which is
// read as UTC. Empty where the text is no time, or is HaloPSA's null (the year 1900).
std::optional<WallTime> parse_time(std::string_view text);

// An HTTP date (RFC 9110 section 5.6.7, IMF-fixdate): "Mon, 23 Nov 2026 10:00:00 GMT".
std::optional<WallTime> parse_http_date(std::string_view text);

} // namespace mizo::base
