#pragma once

#include "daemon/agent/asked.hpp"
#include "daemon/agent/outcomes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::agent {

// The automation that the admin has switched on.
struct Automation {
    bool triage = false;
    bool dispatch = false;
    bool resolve = false;
    bool request_info = false;

    bool any() const { return triage || dispatch || resolve || request_info; }
};

// What a write does to a ticket, in the words of the settings automation.*; docs/decisions has the table.
struct Effects {
    bool triage = false;       // changes what the ticket is: its type, priority, category, customer, ...
    bool dispatch = false;     // gives it to somebody: an agent, a team, an appointment
    bool resolve = false;      // "Mizo resolve" by name
    bool request_info = false; // writes to the user
    bool silent = false;       // says that it does not, whatever its action does by itself
    bool acts = false;         // adds an action, whose outcome may set a status
    std::optional<std::string> outcome;     // of the action
    std::optional<std::int64_t> outcome_id; // of the action
    std::optional<std::int64_t> status;     // it is to have
};
Effects effects_of(const Asked& asked);

// Whether HaloPSA's outcomes must be known to judge: which statuses close a ticket is known from there.
bool needs_outcomes(const Effects& effects, const Automation& automation);

// The setting that is off and would have to be on, "automation.resolve"; empty: nothing stands in the way.
// `outcomes` is empty where they are not needed or HaloPSA does not show them.
std::string_view missing_automation(const Effects& effects, const Automation& automation,
                                    const std::vector<HaloOutcome>& outcomes);

} // namespace mizo::agent
