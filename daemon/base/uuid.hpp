#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/random.hpp"

#include <string>
#include <string_view>

namespace mizo::base {

// A random UUID (RFC 9562 section 5.4), in lower case.
std::string uuid_v4(Random& random);

// A UUID that begins with the time (RFC 9562 section 5.7), so that ids sort as they were made.
std::string uuid_v7(WallTime now, Random& random);

// Whether the text has the form of a UUID in lower case.
bool is_uuid(std::string_view text);

} // namespace mizo::base
