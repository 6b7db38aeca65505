// Section 2 of the guide: agent, application, tab, ticket types.
#include "daemon/halo/fields.hpp"
#include "daemon/halo/scopes.hpp"
#include "daemon/setup/wanted.hpp"

#include <algorithm>

namespace mizo::setup {

namespace {

std::string yes_no(std::optional<bool> flag)
{
    if (!flag) return {};
    return *flag ? "Yes" : "No";
}

// Older guides named it so.
bool is_older_name_of(std::string_view asked, std::string_view granted)
{
    return (asked == "read:timesheet" && granted == "read:timesheets") ||
           (asked == "edit:timesheet" && granted == "edit:timesheets");
}

bool grants(const std::vector<std::string>& granted, std::string_view scope)
{
    return std::any_of(granted.begin(), granted.end(), [&](const std::string& each) {
        return each == scope || each == "all" || is_older_name_of(scope, each);
    });
}

Field initials_field(const Agent* agent)
{
    Field field{"agent.initials", "Initials", agent ? agent->initials : "", "MZ", "initials", "MZ"};
    field.right = field.found == "MZ" || field.found == "MZO";
    if (field.found == "MZO") field.remark = Note{"check_initials_older", {{"value", "MZO"}}};
    return field;
}

Field team_field(const Agent* agent)
{
    Field field{"agent.default_team", "Default Team", agent ? agent->team : "",
                "No Default Team",    "team",         ""};
    const bool none = field.found.empty() || same_name(field.found, "*No Default Team*") ||
                      same_name(field.found, "No Default Team");
    const bool older = same_name(field.found, "Triage");
    field.right = none || older;
    if (none) field.found = "No Default Team";
    if (older) field.remark = Note{"check_team_older", {{"value", field.found}}};
    return field;
}

// What is granted is what counts. Where there is no token yet, or its scopes are not told, the application
// says what would be.
Field scope_field(const Facts& facts, const Application* application, std::string_view scope)
{
    Field field{
        permission_check(scope), "Permission " + std::string{scope}, "", "Granted", "scopes", nullptr};
    const Scopes& scopes = facts.own.scopes;
    const bool told = application != nullptr && application->scopes_told;
    const bool given = told && grants(application->scopes, scope);
    const bool asked = grants(scopes.asked, scope);
    field.right = scopes.granted.empty() ? given : grants(scopes.granted, scope);
    field.found = field.right ? "Granted" : "";
    field.remark = Note{field.right                     ? "check_granted"
                        : asked || scopes.asked.empty() ? "check_not_granted"
                                                        : "check_not_asked"};
    field.expected = Note{"check_granted"};
    field.advice = asked || scopes.asked.empty() ? Note{"guide_permission", {{"permission", scope}}}
                                                 : Note{"guide_permission_asked", {{"permission", scope}}};
    field.copy = {{"Permission", std::string{scope}}};
    if (told && !given) {
        field.value = json::object{{"id", scope}, {"name", scope}};
        field.rows = application->scope_rows;
    }
    return field;
}

bool is_iframe(const std::string& type)
{
    // Which number means an iframe is nowhere told: only a word can be wrong.
    const std::string word = halo::lower_case(type);
    return word.empty() || word.find("frame") != std::string::npos ||
           word.find_first_not_of("-0123456789") == std::string::npos;
}

Field tab_secret_field(const Facts& facts)
{
    Field field{"tab.secret", "Iframe secret",     facts.own.tab_secret ? "••••" : "",
                "••••",       "new_iframe_secret", true};
    field.right = facts.own.tab_secret;
    field.secret = true;
    field.remark = Note{field.right ? "check_secret_unseen" : "check_not_set"};
    field.expected = Note{"check_set"};
    field.advice = Note{"guide_tab_secret"};
    return field;
}

bool has_tab(const TicketType& type, const json::value& tab)
{
    if (type.all_tabs == true) return true;
    if (!type.tabs) return false;
    return std::any_of(type.tabs->begin(), type.tabs->end(), [&](const json::value& row) {
        if (!row.is_object()) return false;
        const halo::Fields fields{row.get_object()};
        return fields.id("iframetab_id") == id_text(tab) ||
               (!fields.has("iframetab_id") && same_name(fields.text("iframetab_name", 100), "Mizo"));
    });
}

} // namespace

std::optional<bool> has_own_tab(const Facts& facts, const TicketType& type)
{
    const Tab* tab = own_tab(facts);
    if (!tab || (!type.tabs && !type.all_tabs)) return {};
    return has_tab(type, tab->id);
}

Target agent_target(const Facts& facts)
{
    Target target;
    target.area = Area::agents;
    target.exists = "agent.exists";
    target.path = "/Agent";
    target.object = "Agent \"Mizo Agent\"";
    target.makeable = false; // an agent costs a licence: that is the admin's to do
    target.guide_new = {"guide_agent_new"};
    target.guide = "guide_agent";
    target.link = link_to(facts, target.area);
    const Agent* agent = own_agent(facts);
    if (agent) target.id = agent->id;
    Field api_only{"agent.api_only", "Is an API-only Agent", "", "Yes", "isapiagent", true};
    if (agent) api_only.found = yes_no(agent->api_only);
    api_only.right = agent && agent->api_only.value_or(false);
    target.fields = {std::move(api_only), initials_field(agent), team_field(agent)};
    return target;
}

Target application_target(const Facts& facts)
{
    const Application* application = own_application(facts);
    const Agent* agent = own_agent(facts);
    Target target;
    target.area = Area::application;
    target.path = "/Application";
    target.object = "Application \"" + (application ? application->name : std::string{"Mizo Agent"}) + "\"";
    target.makeable = false; // its secret is what the relay would need to make it
    target.guide_new = {"guide_credentials", {{"field", "Client ID, Client Secret"}}};
    target.guide = "guide_application";
    target.link = link_to(facts, target.area);
    if (application) target.id = application->id;
    Field login{"application.agent", "Agent to log in as", application ? application->agent_name : "",
                "Mizo Agent",        "loginas_agent_id",   nullptr};
    login.right = application && ((agent && application->agent_id == agent->id) ||
                                  same_name(application->agent_name, "Mizo Agent"));
    if (login.right && login.found.empty()) login.found = "Mizo Agent";
    if (agent) login.value = agent->id;
    Field active{"application.active", "Active", "", "Yes", "inactive", false};
    if (application) active.found = application->inactive ? "No" : "Yes";
    active.right = application && !application->inactive;
    target.fields = {std::move(login), std::move(active)};
    for (const std::string_view scope : halo::guide_scopes)
        target.fields.push_back(scope_field(facts, application, scope));
    return target;
}

Target tab_target(const Facts& facts)
{
    const Tab* tab = own_tab(facts);
    Target target;
    target.area = Area::tabs;
    target.exists = "tab.exists";
    target.path = "/Tabs";
    target.object = "Custom tab \"Mizo\"";
    target.guide_new = {"guide_tab_new"};
    target.guide = "guide_tab";
    target.link = link_to(facts, target.area);
    target.first = {{"name", "Mizo"}, {"sequence", 1}};
    if (tab) target.id = tab->id;
    Field type{"tab.type", "Type", tab ? tab->type : "", "Iframe", "type", 1};
    type.right = tab && is_iframe(tab->type);
    if (type.right) type.found = "Iframe";
    Field url{"tab.url",         "Url", tab ? tab->url : "",
              facts.own.tab_url, "url", json::string{facts.own.tab_url}};
    url.right = tab && tab->url == facts.own.tab_url;
    url.copy = {{"Url", facts.own.tab_url}};
    Field secure{
        "tab.secure_parameter", "Send secure URL parameter", "", "Yes", "send_secure_url_parameter", true};
    if (tab) secure.found = yes_no(tab->secure);
    secure.right = tab && tab->secure.value_or(false);
    target.fields = {std::move(type), std::move(url), std::move(secure), tab_secret_field(facts)};
    return target;
}

std::vector<Target> ticket_type_targets(const Facts& facts)
{
    const Tab* tab = own_tab(facts);
    std::vector<Target> targets;
    if (!facts.ticket_types.ok() || !tab) return targets;
    for (const TicketType& type : facts.ticket_types.value) {
        const auto& chosen = facts.own.ticket_types;
        if (std::find(chosen.begin(), chosen.end(), type.id) == chosen.end()) continue;
        Target target;
        target.area = Area::ticket_types;
        target.path = "/TicketType";
        target.object = "Ticket type \"" + type.name + "\"";
        target.id = type.id;
        target.link = link_to(facts, target.area);
        Field field{"ticket_types.tab", "Custom Tabs", "", "Mizo", "allowed_iframe_customtabs"};
        field.value =
            json::object{{"tickettype_id", type.id}, {"iframetab_id", tab->id}, {"iframetab_name", "Mizo"}};
        field.rows = type.tabs.value_or(json::array{});
        field.right = has_tab(type, tab->id);
        if (field.right) field.found = "Mizo";
        target.fields.push_back(std::move(field));
        targets.push_back(std::move(target));
    }
    return targets;
}

} // namespace mizo::setup
