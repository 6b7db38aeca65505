#pragma once

#include <string_view>

namespace mizo::app {

// The project's version, from the one place that has it: the top CMakeLists.txt.
inline constexpr std::string_view version = MIZO_VERSION;

} // namespace mizo::app
