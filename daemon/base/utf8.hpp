#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace mizo::base {

// The first character of a text that is not empty, and how many bytes it takes. Where the bytes are no
// UTF-8 (RFC 3629: overlong forms and surrogates are none), there is no character, and one byte is taken.
std::pair<std::optional<char32_t>, std::size_t> decode_utf8(std::string_view text);

bool is_utf8(std::string_view text);

} // namespace mizo::base
