#include "daemon/agent/allow_list.hpp"

#include "daemon/halo/scopes.hpp"

#include <algorithm>
#include <array>

namespace mizo::agent {

namespace {

constexpr std::size_t id_digits = 18;

constexpr std::array rules{
    // Reading only: nothing that Mizo does changes a team or an agent.
    AllowRule{"all:teams", "GET", "/Team"},
    AllowRule{"all:teams", "GET", "/Team/{id}"},
    AllowRule{"all:teams", "GET", "/Agent"},
    AllowRule{"all:teams", "GET", "/Agent/me"},
    AllowRule{"all:teams", "GET", "/Agent/{id}"},
    AllowRule{"read:tickets", "GET", "/Tickets"},
    AllowRule{"read:tickets", "GET", "/Tickets/{id}"},
    AllowRule{"read:tickets", "GET", "/Actions"},
    AllowRule{"read:tickets", "GET", "/Actions/{id}"},
    AllowRule{"read:tickets", "GET", "/TicketType"},
    AllowRule{"read:tickets", "GET", "/TicketType/{id}"},
    AllowRule{"read:tickets", "GET", "/Status"},
    AllowRule{"read:tickets", "GET", "/Status/{id}"},
    AllowRule{"read:tickets", "GET", "/Outcome"},
    AllowRule{"read:tickets", "GET", "/Outcome/{id}"},
    AllowRule{"read:tickets", "GET", "/Priority"},
    AllowRule{"read:tickets", "GET", "/Category"},
    AllowRule{"read:tickets", "GET", "/SLA"},
    AllowRule{"edit:tickets", "POST", "/Tickets"},
    AllowRule{"edit:tickets", "POST", "/Actions"},
    AllowRule{"read:calendar", "GET", "/Appointment"},
    AllowRule{"read:calendar", "GET", "/Appointment/{id}"},
    AllowRule{"edit:calendar", "POST", "/Appointment"},
    AllowRule{"edit:calendar", "DELETE", "/Appointment/{id}"},
    AllowRule{"read:customers", "GET", "/Client"},
    AllowRule{"read:customers", "GET", "/Client/{id}"},
    AllowRule{"read:customers", "GET", "/Site"},
    AllowRule{"read:customers", "GET", "/Site/{id}"},
    AllowRule{"edit:customers", "POST", "/Client"},
    AllowRule{"edit:customers", "POST", "/Site"},
    AllowRule{"read:contacts", "GET", "/Users"},
    AllowRule{"read:contacts", "GET", "/Users/{id}"},
    AllowRule{"edit:contacts", "POST", "/Users"},
    AllowRule{"read:items", "GET", "/Item"},
    AllowRule{"read:items", "GET", "/Item/{id}"},
    AllowRule{"edit:items", "POST", "/Item"},
    AllowRule{"read:timesheet", "GET", "/Timesheet"},
    AllowRule{"read:timesheet", "GET", "/Timesheet/{id}"},
    AllowRule{"read:timesheet", "GET", "/TimesheetEvent"},
    AllowRule{"read:timesheet", "GET", "/TimesheetEvent/{id}"},
    AllowRule{"edit:timesheet", "POST", "/Timesheet"},
    AllowRule{"edit:timesheet", "POST", "/TimesheetEvent"},
    AllowRule{"read:kb", "GET", "/KBArticle"},
    AllowRule{"read:kb", "GET", "/KBArticle/{id}"},
    AllowRule{"edit:kb", "POST", "/KBArticle"},
    AllowRule{"read:assets", "GET", "/Asset"},
    AllowRule{"read:assets", "GET", "/Asset/{id}"},
    AllowRule{"read:assets", "GET", "/AssetType"},
    AllowRule{"read:assets", "GET", "/AssetType/{id}"},
    AllowRule{"edit:assets", "POST", "/Asset"},
};

bool is_id(std::string_view segment)
{
    const bool digits =
        std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && !segment.empty() && segment.size() <= id_digits && segment.front() != '0';
}

bool fits(std::string_view pattern, std::string_view path)
{
    constexpr std::string_view id = "/{id}";
    if (!pattern.ends_with(id)) return path == pattern;
    pattern.remove_suffix(id.size());
    return path.starts_with(pattern) && path.substr(pattern.size()).starts_with('/') &&
           is_id(path.substr(pattern.size() + 1));
}

} // namespace

std::span<const AllowRule> allow_rules()
{
    return rules;
}

AllowList::AllowList(std::vector<std::string> permissions) : permissions_{std::move(permissions)}
{
    if (permissions_.empty()) permissions_.assign(halo::guide_scopes.begin(), halo::guide_scopes.end());
}

bool AllowList::allows(const AllowRule& rule) const
{
    const std::string all = "all:" + std::string{rule.permission.substr(rule.permission.find(':') + 1)};
    return std::any_of(permissions_.begin(), permissions_.end(),
                       [&](const std::string& each) { return each == rule.permission || each == all; });
}

const AllowRule* find_rule(std::string_view method, std::string_view path)
{
    const auto* found = std::find_if(rules.begin(), rules.end(), [&](const AllowRule& each) {
        return each.method == method && fits(each.pattern, path);
    });
    return found == rules.end() ? nullptr : found;
}

} // namespace mizo::agent
