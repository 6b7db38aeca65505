#pragma once

#include "daemon/setup/check.hpp"
#include "daemon/setup/facts.hpp"

namespace mizo::setup {

// Every step of the guide, in its order, as the facts have it. Pure.
Checks judge(const Facts& facts);

} // namespace mizo::setup
