#include "daemon/setup/judge.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/setup/plan.hpp"
#include "daemon/setup/wanted.hpp"

#include <algorithm>
#include <chrono>

namespace mizo::setup {

namespace {

Note is(std::string_view value)
{
    return value.empty() ? Note{"check_not_set"} : Note{"check_is", {{"value", value}}};
}

Check right(std::string_view id, Note found)
{
    Check check{std::string{id}};
    check.verdict = Verdict::right;
    check.found = std::move(found);
    return check;
}

Check wrong(std::string_view id, Note found, Note expected, Note advice)
{
    Check check{std::string{id}, Verdict::wrong, std::move(found), std::move(expected), std::move(advice)};
    return check;
}

Check not_yet(std::string_view id, Note found, std::optional<Note> advice = {})
{
    Check check{std::string{id}, Verdict::not_yet, std::move(found), {}, std::move(advice)};
    return check;
}

Check waits_for(std::string_view id, std::string_view what)
{
    return not_yet(id, {"check_waits_for", {{"title", what}}});
}

// What could not be read cannot be judged.
template <class T>
Check blind(std::string_view id, const Reading<T>& reading, Note advice)
{
    Check check{std::string{id}};
    if (reading.seen == Seen::no_rights) {
        check.verdict = Verdict::unknown_rights;
        check.found = Note{"check_no_rights", {{"reason", reading.reason}}};
        check.advice = std::move(advice);
    } else if (reading.seen == Seen::failed) {
        check.found = Note{"check_unreadable", {{"reason", reading.reason}}};
    } else {
        check.found = Note{"check_waits_for_halo"};
    }
    return check;
}

Note advice_of(const Target& target, const Field& field)
{
    if (field.advice) return *field.advice;
    if (target.guide.empty()) return target.guide_new;
    return {target.guide, {{"field", field.label}, {"value", field.wanted}}};
}

Check field_check(const Target& target, const Field& field)
{
    Note found = field.remark.value_or(is(field.found));
    Note expected = field.expected.value_or(is(field.wanted));
    Check check = field.right
                      ? right(field.check, std::move(found))
                      : wrong(field.check, std::move(found), std::move(expected), advice_of(target, field));
    return check;
}

Check exists_check(const Target& target)
{
    if (target.there()) return right(target.exists, is(target.object));
    return wrong(target.exists, {"check_there_is_none"}, is(target.object), target.guide_new);
}

// The checks of one object, in the order of its fields.
template <class T>
void judge_target(Checks& out, const Target& target, const Reading<T>& reading)
{
    const auto add = [&](Check check, const std::vector<Copy>& copy) {
        check.link = target.link;
        check.copy = copy;
        out.push_back(std::move(check));
    };
    std::vector<Copy> everything;
    for (const Field& field : target.fields)
        everything.insert(everything.end(), field.copy.begin(), field.copy.end());
    if (!target.exists.empty())
        add(reading.ok() ? exists_check(target) : blind(target.exists, reading, target.guide_new),
            everything);
    for (const Field& field : target.fields) {
        if (!reading.ok())
            add(blind(field.check, reading, advice_of(target, field)), field.copy);
        else if (!target.there())
            add(waits_for(field.check, target.object), field.copy);
        else
            add(field_check(target, field), field.copy);
    }
}

// ---- Section 1 ----

Check set_check(std::string_view id, bool set, Note advice)
{
    if (set) return right(id, {"check_set"});
    return wrong(id, {"check_not_set"}, {"check_set"}, std::move(advice));
}

void judge_base(Checks& out, const Facts& facts)
{
    const Own& own = facts.own;
    out.push_back(own.halo_url.empty()
                      ? wrong("halo.url", {"check_not_set"}, {"check_set"}, {"guide_address"})
                      : right("halo.url", is(own.halo_url)));
    out.push_back(
        set_check("halo.client_id", !own.client_id.empty(), {"guide_credentials", {{"field", "Client ID"}}}));
    out.push_back(set_check("halo.client_secret", own.client_secret,
                            {"guide_credentials", {{"field", "Client Secret"}}}));
    out.push_back(set_check("halo.tab_secret", own.tab_secret, {"guide_tab_secret"}));
    out.push_back(right("ui.language", is(own.language)));
    // Whoever is asked and answers is there, even where it says no.
    const bool answers = facts.version.seen == Seen::read || facts.version.seen == Seen::no_rights ||
                         facts.credentials_refused;
    if (facts.version.seen == Seen::not_read)
        out.push_back(waits_for("api.reachable", "Instance URL, Client ID, Client Secret"));
    else if (answers)
        out.push_back(right("api.reachable",
                            facts.version.value.empty() ? Note{"check_yes"} : is(facts.version.value)));
    else
        out.push_back(wrong("api.reachable", {"check_unreadable", {{"reason", facts.version.reason}}},
                            {"check_yes"}, {"guide_test_connection"}));
}

// ---- Section 2 ----

Check identity_check(const Facts& facts)
{
    if (!facts.me.ok()) return blind("agent.identity", facts.me, {"guide_agent_new"});
    const Agent* agent = own_agent(facts);
    const bool own = agent ? agent->id == facts.me.value.id : same_name(facts.me.value.name, "Mizo Agent");
    if (own) return right("agent.identity", is(facts.me.value.name));
    return wrong("agent.identity", is(facts.me.value.name), is("Mizo Agent"),
                 {"guide_application", {{"field", "Agent to log in as"}, {"value", "Mizo Agent"}}});
}

// The permissions are told by the token where there is one, whether or not the application may be looked at.
void judge_application(Checks& out, const Facts& facts)
{
    const Target target = application_target(facts);
    Checks all;
    judge_target(all, target, facts.applications);
    const bool told = !facts.own.scopes.granted.empty();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Field& field = target.fields.at(i);
        if (told && !permission_of(field.check).empty()) {
            Check check = field_check(target, field);
            check.link = target.link;
            check.copy = field.copy;
            all.at(i) = std::move(check);
        }
    }
    out.insert(out.end(), all.begin(), all.end());
}

Check ticket_types_check(const Facts& facts)
{
    constexpr std::string_view id = "ticket_types.tab";
    if (facts.own.ticket_types.empty()) return not_yet(id, {"check_nothing_chosen"}, Note{"guide_scope"});
    if (!facts.tabs.ok()) return blind(id, facts.tabs, {"guide_ticket_types"});
    if (!facts.ticket_types.ok()) return blind(id, facts.ticket_types, {"guide_ticket_types"});
    if (!own_tab(facts)) return waits_for(id, "Custom tab \"Mizo\"");
    std::string missing;
    for (const Target& target : ticket_type_targets(facts)) {
        if (target.fields.front().right) continue;
        if (!missing.empty()) missing += ", ";
        missing += target.object;
    }
    if (missing.empty()) return right(id, {"check_yes"});
    return wrong(id, {"check_types_missing", {{"types", missing}}}, is("Mizo"), {"guide_ticket_types"});
}

// ---- Section 3 ----

std::string unknown_types(const Facts& facts, const std::vector<std::int64_t>& chosen)
{
    std::string unknown;
    for (const std::int64_t id : chosen) {
        const auto& all = facts.ticket_types.value;
        if (std::any_of(all.begin(), all.end(), [&](const TicketType& each) { return each.id == id; }))
            continue;
        if (!unknown.empty()) unknown += ", ";
        unknown += std::to_string(id);
    }
    return unknown;
}

std::string names_of(const Facts& facts, const std::vector<std::int64_t>& chosen)
{
    std::string names;
    for (const std::int64_t id : chosen) {
        std::string name = std::to_string(id);
        for (const TicketType& each : facts.ticket_types.value)
            if (each.id == id) name = each.name;
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

Check types_check(std::string_view id, const Facts& facts, const std::vector<std::int64_t>& chosen)
{
    if (facts.ticket_types.ok())
        if (std::string unknown = unknown_types(facts, chosen); !unknown.empty())
            return wrong(id, {"check_types_unknown", {{"types", std::move(unknown)}}}, {"check_set"},
                         {"guide_scope"});
    return right(id, chosen.empty() ? Note{"check_nothing_chosen"} : is(names_of(facts, chosen)));
}

void judge_completion(Checks& out, const Facts& facts)
{
    if (facts.credentials_refused)
        out.push_back(wrong("credentials.work", {"check_unreadable", {{"reason", facts.version.reason}}},
                            {"check_yes"}, {"guide_credentials", {{"field", "Client ID, Client Secret"}}}));
    else if (facts.version.seen == Seen::read || facts.version.seen == Seen::no_rights)
        out.push_back(right("credentials.work", {"check_yes"}));
    else
        out.push_back(blind("credentials.work", facts.version, {"guide_test_connection"}));
    if (facts.own.ticket_types.empty())
        out.push_back(not_yet("scope.ticket_types", {"check_nothing_chosen"}, Note{"guide_scope"}));
    else
        out.push_back(types_check("scope.ticket_types", facts, facts.own.ticket_types));
    out.push_back(types_check("scope.assignable_types", facts, facts.own.assignable_types));
    std::string on;
    for (const std::string& each : facts.own.automations) on += (on.empty() ? "" : ", ") + each;
    out.push_back(right("automation", on.empty() ? Note{"check_nothing_chosen"} : is(on)));
}

// ---- Section 4 ----

Check certificate_check(const Facts& facts)
{
    constexpr std::string_view id = "certificate.installed";
    if (facts.own.webhook_auth != "x509")
        return right(id, {"check_not_needed", {{"value", facts.own.webhook_auth}}});
    const Note advice{facts.own.certificates.empty() ? "guide_certificate_new" : "guide_certificate"};
    if (!facts.certificates.ok()) return blind(id, facts.certificates, advice);
    if (const HaloCertificate* there = own_halo_certificate(facts))
        return right(id, is(there->name + " (" + there->thumbprint + ")"));
    std::string ours;
    for (const OwnCertificate& own : facts.own.certificates)
        ours += (ours.empty() ? "" : ", ") + own.thumbprint;
    return wrong(id, {"check_there_is_none"}, {"check_certificate_one_of", {{"thumbprints", ours}}}, advice);
}

void judge_events(Checks& out, const Facts& facts)
{
    for (const Target& target : event_targets(facts)) {
        const bool none = facts.webhook.ok() && !facts.webhook.value;
        Check check = none                 ? waits_for(target.exists, "Webhook \"Mizo ticket webhook\"")
                      : !facts.events.ok() ? blind(target.exists, facts.events, target.guide_new)
                                           : exists_check(target);
        if (check.verdict == Verdict::right && !target.fields.empty())
            check = field_check(target, target.fields.front());
        check.link = target.link;
        out.push_back(std::move(check));
    }
}

// ---- Section 6 ----

Check answered_check(const Facts& facts)
{
    constexpr std::string_view id = "deliveries.answered";
    if (facts.webhook.ok() && !facts.webhook.value) return waits_for(id, "Webhook \"Mizo ticket webhook\"");
    if (!facts.deliveries.ok()) return blind(id, facts.deliveries, {"guide_deliveries"});
    const auto& newest = facts.deliveries.value.newest;
    if (newest.empty()) return not_yet(id, {"check_nothing_yet"}, Note{"guide_new_ticket"});
    const auto good = std::count_if(newest.begin(), newest.end(),
                                    [](const Delivery& each) { return each.answered == 200; });
    const Note counts{"check_answered", {{"good", good}, {"count", newest.size()}}};
    if (newest.front().answered == 200) return right(id, counts);
    return wrong(id, {"check_last_answer", {{"status", newest.front().answered.value_or(0)}}}, is("200"),
                 {"guide_deliveries"});
}

Check stored_check(const Facts& facts)
{
    constexpr std::string_view id = "deliveries.stored";
    if (!facts.own.last_accepted) return not_yet(id, {"check_nothing_yet"}, Note{"guide_new_ticket"});
    return right(id, {"check_last_on", {{"at", base::rfc3339(*facts.own.last_accepted)}}});
}

Check test_ticket_check(const Facts& facts)
{
    constexpr std::string_view id = "test_ticket";
    if (!facts.test_ticket) return not_yet(id, {"check_nothing_yet"}, Note{"guide_new_ticket"});
    const Note when{"check_last_on", {{"at", base::rfc3339(facts.test_ticket->at)}}};
    if (facts.test_ticket->ok) return right(id, when);
    return wrong(id, when, {"check_yes"}, {"guide_new_ticket"});
}

Check linked(Check check, std::string link)
{
    check.link = std::move(link);
    return check;
}

} // namespace

Checks judge(const Facts& facts)
{
    Checks out;
    judge_base(out, facts);
    out.push_back(linked(identity_check(facts), link_to(facts, Area::agents)));
    judge_target(out, agent_target(facts), facts.agents);
    judge_application(out, facts);
    judge_target(out, tab_target(facts), facts.tabs);
    out.push_back(linked(ticket_types_check(facts), link_to(facts, Area::ticket_types)));
    judge_completion(out, facts);
    out.push_back(linked(certificate_check(facts), link_to(facts, Area::certificates)));
    judge_target(out, webhook_target(facts), facts.webhook);
    judge_events(out, facts);
    judge_target(out, resolve_target(facts), facts.outcomes);
    out.push_back(linked(answered_check(facts), link_to(facts, Area::deliveries)));
    out.push_back(stored_check(facts));
    out.push_back(test_ticket_check(facts));
    for (Check& check : out)
        if (check.verdict == Verdict::wrong) check.fix = changes_for(facts, check.id);
    return out;
}

} // namespace mizo::setup
