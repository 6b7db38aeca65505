#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::halo {

// The permissions of the setup guide's table (section 2, step 3), in its order.
inline constexpr std::array<std::string_view, 17> guide_scopes{
    "all:teams",      "read:tickets",  "edit:tickets",  "read:calendar", "edit:calendar", "read:customers",
    "edit:customers", "read:contacts", "edit:contacts", "read:items",    "edit:items",    "read:timesheet",
    "edit:timesheet", "read:kb",       "edit:kb",       "read:assets",   "edit:assets"};

using Scopes = std::vector<std::string>;

// As OAuth writes them: separated by blanks, each once.
std::string scope_text(const Scopes& scopes);
Scopes scopes_in(std::string_view text);

// Those of `asked` that are not in `granted`. Where all is granted ("all"), nothing is missing.
Scopes missing_scopes(const Scopes& asked, const Scopes& granted);

} // namespace mizo::halo
