#include "daemon/agent/automation.hpp"

#include "daemon/halo/fields.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace mizo::agent {

namespace {

// HaloPSA's own "Closed", in every installation.
constexpr std::int64_t closed_status = 9;

constexpr std::string_view needs_triage = "automation.triage";
constexpr std::string_view needs_dispatch = "automation.dispatch";
constexpr std::string_view needs_resolve = "automation.resolve";
constexpr std::string_view needs_info = "automation.request_info";

template <std::size_t Count>
bool is_one_of(std::string_view name, const std::array<std::string_view, Count>& names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_dispatch(std::string_view name)
{
    static constexpr std::array<std::string_view, 10> names{
        "agent_id", "agent",        "team",        "team_id",    "new_agent",
        "new_team", "new_agent_id", "new_team_id", "section_id", "additional_agents"};
    return is_one_of(name, names);
}

bool is_status(std::string_view name)
{
    static constexpr std::array<std::string_view, 3> names{"status_id", "new_status", "new_status_id"};
    return is_one_of(name, names);
}

// What is no number may still be read as one by HaloPSA: then it counts as the status that matters most.
std::optional<std::int64_t> status_in(const json::value& value)
{
    if (value.is_null()) return {};
    return halo::whole_number(value).value_or(closed_status);
}

bool is_set(const json::value& value)
{
    if (const auto* text = value.if_string()) return !text->empty();
    const auto number = halo::whole_number(value);
    return !value.is_null() && number != 0 && value != json::value(false);
}

// What an action says of itself, and not of its ticket. Custom fields are not among it: those of an action's
// form may be the ticket's.
bool is_of_action(std::string_view name)
{
    static constexpr std::array<std::string_view, 15> names{
        "id",      "ticket_id",  "hiddenfromuser", "important",   "datetime",
        "who",     "who_type",   "agent_id",       "who_agentid", "agent",
        "mileage", "outcome_id", "nonbilltime",    "emailbody",   "emailsubject"};
    static constexpr std::array<std::string_view, 6> beginnings{"note",   "time",   "travel",
                                                                "charge", "action", "attachment"};
    return is_one_of(name, names) || std::any_of(beginnings.begin(), beginnings.end(),
                                                 [&](auto beginning) { return name.starts_with(beginning); });
}

bool is_empty(const json::value& value)
{
    if (const auto* text = value.if_string()) return text->empty();
    if (const auto* array = value.if_array()) return array->empty();
    if (const auto* object = value.if_object()) return object->empty();
    return value.is_null();
}

// One member of an update of a ticket.
void add_ticket_member(Effects& effects, std::string_view name, const json::value& value)
{
    static constexpr std::array<std::string_view, 2> closing{"hasbeenclosed", "dateclosed"};
    if (name == "id") return;
    if (is_status(name))
        effects.status = status_in(value);
    else if (is_dispatch(name))
        effects.dispatch = true;
    else if (is_one_of(name, closing))
        effects.resolve = effects.resolve || is_set(value);
    else
        effects.triage = true;
}

// One member of an action: notes and times are free, what it changes of the ticket is not, nor what is not
// known.
void add_action_member(Effects& effects, std::string_view name, const json::value& value)
{
    static constexpr std::array<std::string_view, 5> mail{"sendemail", "emailto", "emailcc", "emailbcc",
                                                          "sendsms"};
    if (is_status(name)) {
        effects.status = status_in(value);
    } else if (name == "outcome") {
        if (value.is_null()) return;
        effects.outcome = value.is_string() ? std::string{value.get_string()} : json::serialize(value);
        effects.resolve = effects.resolve || is_resolve(*effects.outcome);
    } else if (name == "outcome_id") {
        effects.outcome_id = halo::whole_number(value);
    } else if (is_dispatch(name) && name != "agent_id" && name != "agent") {
        effects.dispatch = true;
    } else if (is_one_of(name, mail)) {
        effects.request_info = effects.request_info || is_set(value);
        effects.silent = effects.silent || (name == "sendemail" && value == json::value(false));
    } else if (!is_of_action(name) && !is_empty(value)) {
        effects.triage = true;
    }
}

std::vector<std::int64_t> closing_statuses(const std::vector<HaloOutcome>& outcomes)
{
    std::vector<std::int64_t> closing{closed_status};
    const HaloOutcome* resolve = find_outcome(outcomes, resolve_action);
    if (resolve && resolve->new_status) closing.push_back(*resolve->new_status);
    return closing;
}

struct Known {
    const HaloOutcome* by_name = nullptr;
    const HaloOutcome* by_id = nullptr;
};

Known known_outcomes(const Effects& effects, const std::vector<HaloOutcome>& outcomes)
{
    Known known;
    if (effects.outcome) known.by_name = find_outcome(outcomes, *effects.outcome);
    if (effects.outcome_id) known.by_id = find_outcome(outcomes, *effects.outcome_id);
    return known;
}

bool mails(const Effects& effects, const Known& known)
{
    const bool by_itself = (known.by_name && known.by_name->mails) || (known.by_id && known.by_id->mails);
    return effects.request_info || (by_itself && !effects.silent);
}

// Whether what it does closes the ticket, as far as HaloPSA's outcomes tell.
bool closes(const Effects& effects, const std::vector<HaloOutcome>& outcomes)
{
    const std::vector<std::int64_t> closing = closing_statuses(outcomes);
    const auto is_closing = [&](std::optional<std::int64_t> status) {
        return status && std::find(closing.begin(), closing.end(), *status) != closing.end();
    };
    const auto [by_name, by_id] = known_outcomes(effects, outcomes);
    // An action by its number alone, where numbers cannot be looked up, may be any.
    if (effects.outcome_id && !by_id && outcomes.empty()) return true;
    return effects.resolve || is_closing(effects.status) || (by_name && is_closing(by_name->new_status)) ||
           (by_id && (is_resolve(by_id->name) || is_closing(by_id->new_status)));
}

} // namespace

Effects effects_of(const Asked& asked)
{
    Effects effects;
    effects.acts = asked.posts_to("/Actions");
    // A new ticket is nobody's work yet.
    const bool updates = asked.posts_to("/Tickets") && !asked.makes_new();
    for (const auto& [key, value] : asked.object) {
        const std::string name = halo::lower_case(key);
        if (updates) add_ticket_member(effects, name, value);
        if (effects.acts) add_action_member(effects, name, value);
    }
    // What somebody has written already is not for a note to change.
    effects.triage = effects.triage || (effects.acts && !asked.makes_new());
    effects.dispatch = effects.dispatch || (asked.is_write() && asked.call.path.starts_with("/Appointment"));
    return effects;
}

bool needs_outcomes(const Effects& effects, const Automation& automation)
{
    const bool by_action = effects.acts && (effects.outcome_id || effects.outcome);
    if (!automation.resolve && !effects.resolve) return by_action || effects.status;
    return !automation.request_info && by_action && !effects.silent;
}

std::string_view missing_automation(const Effects& effects, const Automation& automation,
                                    const std::vector<HaloOutcome>& outcomes)
{
    if (!automation.resolve && closes(effects, outcomes)) return needs_resolve;
    if (effects.triage && !automation.triage) return needs_triage;
    if (effects.dispatch && !automation.dispatch) return needs_dispatch;
    if (!automation.request_info && mails(effects, known_outcomes(effects, outcomes))) return needs_info;
    // To another status than a closing one: a part of any of them.
    if (effects.status && !automation.any()) return needs_triage;
    return {};
}

} // namespace mizo::agent
