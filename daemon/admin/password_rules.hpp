#pragma once

#include <string_view>

namespace mizo::admin {

// The problem's code of a password that will not do, or empty: at least 12 and at most 128 characters, any of
// them, but none of the passwords that are tried first.
std::string_view check_password(std::string_view password);

} // namespace mizo::admin
