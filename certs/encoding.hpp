#pragma once

#include "certs/bytes.hpp"
#include "certs/error.hpp"

#include <string>
#include <string_view>

namespace mizo::certs {

std::string hex(ByteView bytes);
std::string hex_upper(ByteView bytes);
std::string base64(ByteView bytes);

// RFC 4648 section 5, without padding: the form of JWS.
std::string base64url(ByteView bytes);

// The decoders are strict: one text for each value. No blanks or line breaks, no characters of the other
// alphabet, padding exactly where it belongs, no bits set beyond the last byte.
Result<Bytes> from_base64(std::string_view text);

// Padding may be there or be left out, but must be right when it is there.
Result<Bytes> from_base64url(std::string_view text);

// Either case. Single dashes between pairs are taken (.NET's BitConverter writes them), all or none.
Result<Bytes> from_hex(std::string_view text);

} // namespace mizo::certs
