#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::web {

// Percent-decoding (RFC 3986 section 2.1); empty where an escape is broken or decodes to NUL.
std::optional<std::string> percent_decoded(std::string_view text);

// A query string as its names and values, "+" read as a blank. Empty where it cannot be decoded or a name
// stands twice: two readers could take different ones.
std::optional<std::map<std::string, std::string>> parse_query(std::string_view query);

} // namespace mizo::web
