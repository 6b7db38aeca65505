#include "daemon/setup/read.hpp"

#include "daemon/halo/fields.hpp"

#include <algorithm>

namespace mizo::setup {

namespace {

using halo::Fields;

constexpr std::size_t name_bytes = 200;
constexpr std::size_t url_bytes = 600;

json::value id_of(const Fields& fields, const json::object& row)
{
    if (!fields.has("id")) return nullptr;
    return row.at("id");
}

// A number or a word, as text.
std::string word_of(const Fields& fields, std::string_view path)
{
    if (const auto number = fields.number(path)) return std::to_string(*number);
    return halo::clean_text(fields.text(path, name_bytes), name_bytes);
}

std::string name_in(const Fields& fields, std::initializer_list<std::string_view> paths)
{
    return halo::clean_text(fields.first_text(paths, name_bytes), name_bytes);
}

std::string thumbprint_in(const Fields& fields)
{
    std::string out;
    for (const char c : fields.text("thumbprint", name_bytes)) {
        if (c >= 'a' && c <= 'f') out += static_cast<char>(c - 'a' + 'A');
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')) out += c;
    }
    return out;
}

Condition read_condition(const json::object& row)
{
    const Fields fields{row};
    Condition condition;
    condition.field = halo::lower_case(name_in(fields, {"fieldname", "field_name", "field"}));
    condition.number = fields.number("value_int");
    condition.text = name_in(fields, {"value_string", "value", "display"});
    return condition;
}

} // namespace

Agent read_agent(const json::object& row)
{
    const Fields fields{row};
    Agent agent;
    agent.id = fields.number("id").value_or(0);
    agent.name = name_in(fields, {"name"});
    if (agent.name.empty()) {
        const std::string first = name_in(fields, {"firstname"});
        agent.name = first + (first.empty() ? "" : " ") + name_in(fields, {"surname"});
    }
    agent.initials = name_in(fields, {"initials"});
    agent.api_only = fields.flag("isapiagent");
    agent.disabled = fields.flag("isdisabled").value_or(false);
    agent.team = name_in(fields, {"team"});
    return agent;
}

Application read_application(const json::object& row)
{
    const Fields fields{row};
    Application application;
    application.id = id_of(fields, row);
    application.client_id = name_in(fields, {"clientId", "client_id", "clientid"});
    if (application.id.is_null()) application.id = application.client_id;
    application.name = name_in(fields, {"displayName", "displayname", "name"});
    application.agent_id = fields.first_number({"loginas_agent_id"});
    application.agent_name = name_in(fields, {"loginas_agent_name"});
    application.inactive = fields.flag("inactive").value_or(false);
    if (const json::array* scopes = fields.array("scopes")) {
        application.scopes_told = true;
        application.scope_rows = *scopes;
        for (const json::value& scope : *scopes) {
            if (scope.is_string()) application.scopes.emplace_back(scope.get_string());
            if (!scope.is_object()) continue;
            const Fields one{scope.get_object()};
            for (const std::string_view member : {"name", "id"})
                if (std::string word = one.text(member, name_bytes); !word.empty())
                    application.scopes.push_back(std::move(word));
        }
    }
    return application;
}

TicketType read_ticket_type(const json::object& row)
{
    const Fields fields{row};
    TicketType type;
    type.id = fields.number("id").value_or(0);
    type.name = name_in(fields, {"name"});
    type.all_tabs = fields.flag("allowall_iframe_customtabs");
    if (const json::array* tabs = fields.array("allowed_iframe_customtabs")) type.tabs = *tabs;
    return type;
}

Tab read_tab(const json::object& row)
{
    const Fields fields{row};
    Tab tab;
    tab.id = id_of(fields, row);
    tab.name = name_in(fields, {"name"});
    tab.type = word_of(fields, "type");
    tab.url = fields.text("url", url_bytes);
    tab.secure = fields.flag("send_secure_url_parameter");
    return tab;
}

HaloCertificate read_certificate(const json::object& row)
{
    const Fields fields{row};
    HaloCertificate certificate;
    certificate.id = id_of(fields, row);
    certificate.name = name_in(fields, {"name"});
    certificate.thumbprint = thumbprint_in(fields);
    return certificate;
}

Webhook read_webhook(const json::object& row)
{
    const Fields fields{row};
    Webhook webhook;
    webhook.id = id_of(fields, row);
    webhook.name = name_in(fields, {"name"});
    webhook.url = fields.text("url", url_bytes);
    webhook.method = word_of(fields, "method");
    webhook.authentication = word_of(fields, "authentication_type");
    if (fields.has("certificate_id")) webhook.certificate_id = row.at("certificate_id");
    webhook.certificate_name = name_in(fields, {"certificate_name"});
    webhook.active = fields.flag("active");
    webhook.disabled = fields.flag("disabled").value_or(false);
    webhook.auto_disabled = fields.time("last_auto_disable_date");
    return webhook;
}

Event read_event(const json::object& row)
{
    const Fields fields{row};
    Event event;
    event.id = id_of(fields, row);
    event.number = fields.number("eventno");
    event.name = name_in(fields, {"name", "eventname"});
    if (const json::array* conditions = fields.array("conditions"))
        for (const json::value& each : *conditions)
            if (each.is_object()) event.conditions.push_back(read_condition(each.get_object()));
    return event;
}

EventKind read_event_kind(const json::object& row)
{
    const Fields fields{row};
    // The number that a notification takes is the lookup's value, where it has one beside its id.
    return {fields.first_number({"valueint1", "value", "id"}).value_or(0),
            name_in(fields, {"name", "value"})};
}

Outcome read_outcome(const json::object& row)
{
    const Fields fields{row};
    Outcome outcome;
    outcome.id = fields.number("id").value_or(0);
    // Its case and its blanks count, so it is taken as it is.
    outcome.name = fields.first_text({"outcome", "name"}, name_bytes);
    outcome.button = fields.text("buttonname", name_bytes);
    outcome.status = fields.number("newstatus");
    outcome.hidden = fields.flag("hidden").value_or(false);
    if (const auto visibility = fields.number("actionvisibility"))
        outcome.outside_workflows = *visibility != 0;
    else
        outcome.outside_workflows = fields.flag("actionvisibility");
    outcome.hide_header = fields.flag("hide_header_button");
    outcome.hide_from_user = fields.flag("hidefromuser");
    outcome.sends_email = fields.flag("sendemail").value_or(false);
    if (const json::array* rows = fields.array("fields")) outcome.fields = *rows;
    return outcome;
}

Status read_status(const json::object& row)
{
    const Fields fields{row};
    return {fields.number("id").value_or(0), name_in(fields, {"name"})};
}

Delivery read_delivery(const json::object& row)
{
    const Fields fields{row};
    return {fields.time("timestamp"), fields.number("responsestatus")};
}

std::string read_version(const json::object& instance)
{
    return name_in(Fields{instance}, {"version", "api_version", "app_version"});
}

bool is_own_webhook(const Webhook& webhook, std::string_view url)
{
    return webhook.url == url || halo::lower_case(webhook.name).starts_with("mizo");
}

} // namespace mizo::setup
