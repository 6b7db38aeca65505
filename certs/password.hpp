#pragma once

#include "certs/error.hpp"

#include <string>
#include <string_view>

namespace mizo::certs {

// scrypt with N = 2^17, r = 8, p = 1 and a random salt of 16 bytes, as `$scrypt$ln=17,r=8,p=1$salt$hash`.
// Takes some tenths of a second and 128 MiB while it runs: not for a thread that others wait for.
std::string hash_password(std::string_view password);

// Compares in constant time. False for a wrong password, and for a text that is no hash of ours or asks for
// more work than hash_password() does.
bool password_matches(std::string_view password, std::string_view hash);

} // namespace mizo::certs
