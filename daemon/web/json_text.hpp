#pragma once

#include <string>
#include <string_view>

namespace mizo::web {

// The text as a JSON string with its quotes (RFC 8259 section 7). Bytes that are no UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

} // namespace mizo::web
