#include "daemon/agent/commands.hpp"

#include <algorithm>

namespace mizo::agent {

const CommandAction* CommandActions::find(std::string_view name) const
{
    if (name == "reconcile") return &reconcile;
    if (name == "collect_diagnostics") return &collect_diagnostics;
    if (name == "offer_rotation") return &offer_rotation;
    if (name == "set_scope") return &set_scope;
    return nullptr;
}

bool allows_command(const std::vector<std::string>& allowed, std::string_view name)
{
    return allowed.empty() || std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

} // namespace mizo::agent
