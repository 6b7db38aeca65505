#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::halo {

// Whether a path may be put behind the API root: "/Tickets", "/Tickets/4242", "/Webhook/<guid>". Segments of
// letters, digits, '-' and '_' only, none of them empty, at most 8, 200 bytes in all. With neither dots,
// escapes, backslashes, colons, blanks nor control characters, it can lead nowhere else.
bool is_api_path(std::string_view path);

// "name=value&name=value", everything but RFC 3986's unreserved characters escaped: for a query, and for a
// form.
std::string encoded_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);

} // namespace mizo::halo
