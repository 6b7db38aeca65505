// Section 4 of the guide: the webhook and its five events.
#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/setup/wanted.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

namespace {

constexpr std::string_view webhook_name = "Mizo ticket webhook";

// How HaloPSA counts them; that of a certificate is not told anywhere, and 2 is what is left.
constexpr std::int64_t by_basic = 1;
constexpr std::int64_t by_certificate = 2;
constexpr std::int64_t by_hmac = 3;

struct Authentication {
    std::string_view setting;
    std::int64_t number;
    std::string_view name;
    std::string_view word; // that its name has in HaloPSA, in lower case
};
constexpr std::array<Authentication, 3> authentications{
    {{"x509", by_certificate, "Sign Request Body with a X.509 Certificate", "509"},
     {"hmac", by_hmac, "HMAC", "hmac"},
     {"basic", by_basic, "Basic Authentication", "basic"}}};

const Authentication& wanted_authentication(const Facts& facts)
{
    for (const Authentication& each : authentications)
        if (each.setting == facts.own.webhook_auth) return each;
    return authentications[0];
}

// A number or a word, as HaloPSA's pages name it.
std::string authentication_name(const std::string& given)
{
    if (given == "0") return "None";
    for (const Authentication& each : authentications)
        if (given == std::to_string(each.number)) return std::string{each.name};
    return given;
}

bool is_authentication(const Webhook& webhook, const Authentication& wanted)
{
    const std::string given = halo::lower_case(webhook.authentication);
    if (given == std::to_string(wanted.number) || given.find(wanted.word) != std::string::npos) return true;
    // Another number than those that are known, with a certificate: that can only be its signature.
    const bool unknown = given.find_first_not_of("0123456789") == std::string::npos && given > "3";
    return wanted.number == by_certificate && unknown && !id_text(webhook.certificate_id).empty();
}

Field authentication_field(const Facts& facts, const Webhook* webhook)
{
    const Authentication& wanted = wanted_authentication(facts);
    Field field{"webhook.authentication", "Authentication",      "",
                std::string{wanted.name}, "authentication_type", wanted.number};
    if (webhook) field.found = authentication_name(webhook->authentication);
    field.right = webhook && is_authentication(*webhook, wanted);
    if (field.right) field.found = wanted.name;
    return field;
}

Field method_field(const Webhook* webhook)
{
    Field field{"webhook.method", "Method", "", "POST", "method", 0};
    if (!webhook) return field;
    const std::string& given = webhook->method;
    field.right = given.empty() || given == "0" || same_name(given, "POST");
    field.found = field.right ? "POST" : given == "1" ? "GET" : given;
    return field;
}

std::string accepted_thumbprints(const Facts& facts)
{
    std::string all;
    for (const OwnCertificate& own : facts.own.certificates) {
        if (!own.accepted) continue;
        if (!all.empty()) all += ", ";
        all += own.thumbprint;
    }
    return all;
}

Field certificate_field(const Facts& facts, const Webhook* webhook)
{
    Field field{"webhook.certificate", "Certificate", "", "", "certificate_id"};
    if (wanted_authentication(facts).number != by_certificate) {
        field.right = true;
        field.remark = Note{"check_not_needed", {{"value", facts.own.webhook_auth}}};
        return field;
    }
    field.expected = Note{"check_certificate_one_of", {{"thumbprints", accepted_thumbprints(facts)}}};
    const HaloCertificate* wanted = own_halo_certificate(facts);
    if (wanted) {
        field.wanted = wanted->name;
        field.value = wanted->id;
    } else {
        field.wanted = "Mizo";
    }
    if (!webhook || !facts.certificates.ok()) return field;
    field.found = webhook->certificate_name;
    for (const HaloCertificate& each : facts.certificates.value) {
        if (id_text(webhook->certificate_id) != id_text(each.id)) continue;
        const OwnCertificate* own = own_of_thumbprint(facts, each.thumbprint);
        field.right = own != nullptr && own->accepted;
        field.found = each.name + (field.right ? " (" + each.thumbprint + ")" : "");
        if (!field.right)
            field.remark =
                Note{"check_certificate_foreign", {{"name", each.name}, {"thumbprint", each.thumbprint}}};
    }
    return field;
}

// HaloPSA has two switches for it; the second is its own.
void take_second_switch(Field& field, const Webhook& webhook)
{
    if (!webhook.active.value_or(true) || !webhook.disabled) return;
    field.member = "disabled";
    field.value = false;
}

Field active_field(const Webhook* webhook)
{
    Field field{"webhook.active", "Active", "", "Yes", "active", true};
    if (!webhook) return field;
    take_second_switch(field, *webhook);
    field.right = webhook->active.value_or(true) && !webhook->disabled;
    field.found = field.right ? "Yes" : "No";
    return field;
}

Field auto_disabled_field(const Webhook* webhook)
{
    Field field{"webhook.auto_disabled", "Active", "No", "No", "active", true};
    if (!webhook) return field;
    take_second_switch(field, *webhook);
    const bool on = webhook->active.value_or(true) && !webhook->disabled;
    field.right = on || !webhook->auto_disabled;
    if (field.right) return field;
    field.remark = Note{"check_disabled_on", {{"at", base::rfc3339(*webhook->auto_disabled)}}};
    field.advice = Note{"guide_webhook", {{"field", "Active"}, {"value", "Yes"}}};
    return field;
}

// The actions of this HaloPSA that do what one of the guide's two events is about.
std::vector<const Outcome*> outcomes_that(const Facts& facts, bool (*fits)(const Outcome&))
{
    std::vector<const Outcome*> found;
    if (!facts.outcomes.ok()) return found;
    for (const Outcome& each : facts.outcomes.value.all)
        if (!each.hidden && fits(each)) found.push_back(&each);
    return found;
}

bool is_private_note(const Outcome& outcome)
{
    const std::string name = halo::lower_case(outcome.name);
    return name.find("private") != std::string::npos && !same_name(outcome.name, "Mizo resolve");
}

bool is_email(const Outcome& outcome)
{
    const std::string name = halo::lower_case(outcome.name);
    return name.find("email") != std::string::npos || name.find("e-mail") != std::string::npos ||
           outcome.sends_email;
}

const Event* action_event(const Facts& facts, const std::vector<const Outcome*>& outcomes,
                          std::string_view word)
{
    for (const Event& event : facts.events.value.all) {
        for (const Condition& condition : event.conditions) {
            const bool by_id = std::any_of(outcomes.begin(), outcomes.end(), [&](const Outcome* each) {
                return condition.number == each->id || same_name(condition.text, each->name);
            });
            const bool by_word = halo::lower_case(condition.text).find(word) != std::string::npos;
            if (by_id || by_word) return &event;
        }
    }
    return nullptr;
}

bool is_about(const Event& event, std::int64_t number, std::string_view words)
{
    return event.number ? *event.number == number
                        : halo::lower_case(event.name).find(words) != std::string::npos;
}

bool is_client(const Condition& condition)
{
    return condition.field.find("client") != std::string::npos ||
           condition.field.find("customer") != std::string::npos || condition.field == "areaint" ||
           condition.field == "faareaint";
}

// HaloPSA's number of "Action added by Agent", which is told by a lookup alone.
std::optional<std::int64_t> action_number(const Facts& facts)
{
    for (const EventKind& kind : facts.events.value.kinds)
        if (halo::lower_case(kind.name) == "action added by agent") return kind.number;
    return {};
}

Target event_target(const Facts& facts, std::string_view check, std::string_view name,
                    std::optional<std::int64_t> number)
{
    Target target;
    target.area = Area::events;
    target.exists = check;
    target.path = "/Notification";
    target.object = "Webhook \"" + std::string{webhook_name} + "\", event \"" + std::string{name} + "\"";
    target.guide_new = {"guide_event", {{"event", name}}};
    target.link = link_to(facts, target.area);
    target.makeable = number.has_value();
    if (facts.webhook.ok() && facts.webhook.value) target.first["webhook_id"] = facts.webhook.value->id;
    target.first["name"] = name;
    target.first["type"] = -2;
    target.first["delivery_method"] = 6;
    if (number) target.first["eventno"] = *number;
    return target;
}

void put_condition(Target& target, json::object condition)
{
    target.first["conditions"] = json::array{std::move(condition)};
}

Target action_target(const Facts& facts, std::string_view check, std::string_view what,
                     bool (*fits)(const Outcome&))
{
    const auto outcomes = outcomes_that(facts, fits);
    const std::string_view word = fits == is_email ? "mail" : "private";
    Target target =
        event_target(facts, check, "Action added by Agent: " + std::string{what}, action_number(facts));
    if (outcomes.empty()) target.makeable = false;
    if (const Event* event = action_event(facts, outcomes, word)) target.id = event->id;
    if (outcomes.empty()) return target;
    put_condition(target, {{"fieldname", "outcome_id"},
                           {"tablename", "actions"},
                           {"type", 0},
                           {"value_int", outcomes.front()->id},
                           {"value_string", outcomes.front()->name}});
    return target;
}

// The row that comes nearest: with conditions of its own it does not fire for every ticket.
void find_plain(const Facts& facts, Target& target, std::int64_t number, std::string_view words)
{
    for (const Event& event : facts.events.value.all) {
        if (!is_about(event, number, words)) continue;
        if (target.there() && !event.conditions.empty()) continue;
        target.id = event.id;
        target.fields.clear();
        if (event.conditions.empty()) continue;
        Field field{target.exists, "Conditions", "Some", "", "conditions", json::array{}};
        field.remark = Note{"check_other_tickets_too"};
        field.expected = Note{"check_there_is_none"};
        target.fields.push_back(std::move(field));
    }
}

} // namespace

Target webhook_target(const Facts& facts)
{
    const Webhook* webhook = facts.webhook.ok() && facts.webhook.value ? &*facts.webhook.value : nullptr;
    Target target;
    target.area = Area::webhook;
    target.exists = "webhook.exists";
    target.path = "/Webhook";
    target.object = "Webhook \"" + (webhook ? webhook->name : std::string{webhook_name}) + "\"";
    target.guide_new = {"guide_webhook_new"};
    target.guide = "guide_webhook";
    target.link = link_to(facts, target.area);
    target.first = {{"name", webhook_name}, {"type", 0}, {"content_type", "application/json"}};
    if (webhook) {
        target.id = webhook->id;
        target.link += "?id=" + id_text(webhook->id);
    }
    Field url{"webhook.url",         "Payload URL", webhook ? webhook->url : "",
              facts.own.webhook_url, "url",         json::string{facts.own.webhook_url}};
    url.right = webhook && webhook->url == facts.own.webhook_url;
    url.copy = {{"Payload URL", facts.own.webhook_url}};
    target.fields = {std::move(url),
                     method_field(webhook),
                     authentication_field(facts, webhook),
                     certificate_field(facts, webhook),
                     active_field(webhook),
                     auto_disabled_field(webhook)};
    return target;
}

std::vector<Target> event_targets(const Facts& facts)
{
    Target created = event_target(facts, "event.new_ticket", "New Ticket Logged", 3);
    find_plain(facts, created, 3, "new ticket logged");
    Target status = event_target(facts, "event.status_changed", "Ticket Status Changed", 76);
    find_plain(facts, status, 76, "status changed");

    Target client = event_target(facts, "event.client_changed", "Ticket Changed", 61);
    client.guide_new.args["event"] =
        "Ticket Changed, with Field: Client (or Customer), Change context: Value changed, "
        "Rule type: To any value";
    put_condition(client,
                  {{"fieldname", "client_id"}, {"tablename", "faults"}, {"type", 0}, {"change_context", 1}});
    for (const Event& event : facts.events.value.all) {
        const bool changed = is_about(event, 61, "ticket changed") || is_about(event, 61, "ticket updated");
        if (changed && std::any_of(event.conditions.begin(), event.conditions.end(), is_client))
            client.id = event.id;
    }
    return {std::move(created), std::move(status), std::move(client),
            action_target(facts, "event.private_note", "private note", is_private_note),
            action_target(facts, "event.email", "email to the customer", is_email)};
}

} // namespace mizo::setup
