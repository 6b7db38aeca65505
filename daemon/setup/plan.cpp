#include "daemon/setup/plan.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::setup {

namespace {

Change change_of(const Target& target, const Field& field)
{
    return {target.object, field.label, field.found, field.wanted};
}

// A member that is a list gets one more row for each of its fields.
void put(json::object& body, const Field& field)
{
    if (!field.rows) {
        body[field.member] = field.value;
        return;
    }
    json::value& rows = body[field.member];
    if (!rows.is_array()) rows = *field.rows;
    rows.get_array().push_back(field.value);
}

void take(Edit& edit, const Target& target, const Field& field)
{
    if (field.secret)
        edit.needs_secret = true;
    else
        put(edit.body, field);
    edit.changes.push_back(change_of(target, field));
}

void plan_new(std::vector<Edit>& edits, const Target& target)
{
    Edit edit{target.area, target.path, target.first, {{target.object, "", "", "New"}}, true, false};
    for (Field field : target.fields) {
        // Two checks may be about one member.
        if (field.value.is_null() || edit.body.contains(field.member)) continue;
        field.found.clear();
        take(edit, target, field);
    }
    edits.push_back(std::move(edit));
}

void plan_target(std::vector<Edit>& edits, const Target& target, const std::set<std::string>& checks)
{
    if (!target.there()) {
        if (target.makeable && checks.contains(target.exists)) plan_new(edits, target);
        return;
    }
    Edit edit{target.area, target.path, {{"id", target.id}}, {}, false, false};
    for (const Field& field : target.fields)
        if (!field.right && !field.value.is_null() && checks.contains(field.check)) take(edit, target, field);
    if (!edit.changes.empty()) edits.push_back(std::move(edit));
}

} // namespace

std::vector<Edit> plan(const Facts& facts, const std::set<std::string>& checks)
{
    std::vector<Edit> edits;
    if (facts.agents.ok()) plan_target(edits, agent_target(facts), checks);
    if (facts.applications.ok()) plan_target(edits, application_target(facts), checks);
    if (facts.tabs.ok()) plan_target(edits, tab_target(facts), checks);
    for (const Target& target : ticket_type_targets(facts)) plan_target(edits, target, checks);
    if (facts.webhook.ok()) plan_target(edits, webhook_target(facts), checks);
    if (facts.events.ok() && facts.webhook.ok() && facts.webhook.value)
        for (const Target& target : event_targets(facts)) plan_target(edits, target, checks);
    if (facts.outcomes.ok()) plan_target(edits, resolve_target(facts), checks);
    return edits;
}

bool certificate_wanted(const Facts& facts)
{
    return facts.own.webhook_auth == "x509" && facts.certificates.ok() && !own_halo_certificate(facts);
}

Changes changes_for(const Facts& facts, const std::string& check)
{
    Changes changes;
    if (check == "certificate.installed" && certificate_wanted(facts)) {
        std::string thumbprint = "a new certificate";
        for (const OwnCertificate& own : facts.own.certificates)
            if (own.available) thumbprint = own.thumbprint;
        changes.push_back({"Certificate \"Mizo\"", "Pfx", "", std::move(thumbprint)});
    }
    for (Edit& edit : plan(facts, {check}))
        for (Change& change : edit.changes) changes.push_back(std::move(change));
    return changes;
}

} // namespace mizo::setup
