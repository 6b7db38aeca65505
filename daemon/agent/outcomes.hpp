#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::agent {

// The action that the setup guide has the admin make, "character sensitive".
inline constexpr std::string_view resolve_action = "Mizo resolve";

// An action of HaloPSA's, which it calls an outcome: what an agent's button does.
struct HaloOutcome {
    std::int64_t id = 0;
    std::string name;
    std::optional<std::int64_t> new_status; // that it sets
    bool mails = false;                     // to the user, unless it is told not to
};

// Those of a list of GET /Outcome.
std::vector<HaloOutcome> outcomes_in(const std::vector<boost::json::object>& items);
// HaloPSA does not look at case; neither do blanks around it count. Null: there is none.
const HaloOutcome* find_outcome(const std::vector<HaloOutcome>& outcomes, std::string_view name);
const HaloOutcome* find_outcome(const std::vector<HaloOutcome>& outcomes, std::int64_t id);
bool is_resolve(std::string_view name);

} // namespace mizo::agent
