#pragma once

#include "certs/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mizo::certs {

// From OpenSSL's generator, seeded by the operating system. Throws CryptoFailure rather than give weak bytes.
void fill_random(std::span<std::uint8_t> bytes);
Bytes random_bytes(std::size_t count);

// As many random bytes as asked for, as base64url text: session ids, the token in the webhook's path.
std::string random_token(std::size_t byte_count);

// A-Z a-z 0-9, each equally likely: 5.95 bits a character, and safe in every dialog, shell and URL.
std::string random_alphanumeric(std::size_t length);

} // namespace mizo::certs
