#include "daemon/admin/contract.hpp"
#include "tests/unit/setup/setup_facts.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <set>

using namespace mizo::setup;
using namespace mizo::setup::test;
using mizo::admin::Contract;

namespace {

struct Case {
    const char* what;
    std::function<void(Facts&)> happens;
    const char* id;
    Verdict verdict;
};

Webhook& webhook(Facts& facts)
{
    return *facts.webhook.value;
}
Outcome& resolve(Facts& facts)
{
    return *facts.outcomes.value.resolve;
}
std::vector<Event>& events(Facts& facts)
{
    return facts.events.value.all;
}
template <class T>
void deny(Reading<T>& reading)
{
    reading = {Seen::no_rights, T{}, "not permitted"};
}
template <class T>
void fail(Reading<T>& reading)
{
    reading = {Seen::failed, T{}, "no answer"};
}

constexpr Verdict right = Verdict::right;
constexpr Verdict wrong = Verdict::wrong;
constexpr Verdict unknown = Verdict::unknown_rights;
constexpr Verdict not_yet = Verdict::not_yet;

void run(const std::vector<Case>& cases)
{
    for (const Case& each : cases) {
        Facts facts = good_facts();
        each.happens(facts);
        INFO(each.id << ": " << each.what);
        const Check check = check_of(facts, each.id);
        CHECK(name_of(check.verdict) == name_of(each.verdict));
        // Who is told that something is wrong is told what to do.
        if (check.verdict == Verdict::wrong || check.verdict == Verdict::unknown_rights) CHECK(check.advice);
        CHECK(check.found);
    }
}

} // namespace

TEST_CASE("where the guide was followed every check is right, and there is nothing to mend", "[setup]")
{
    for (const Check& check : judge(good_facts())) {
        INFO(check.id << " " << (check.found ? check.found->code : ""));
        CHECK(name_of(check.verdict) == "right");
        CHECK(check.fix.empty());
    }
}

TEST_CASE("every text of every check stands in the catalogue, whatever was found", "[setup][contract]")
{
    std::set<std::string> ids;
    const auto look = [&](const Facts& facts) {
        for (const Check& check : judge(facts)) {
            ids.insert(check.id);
            for (const auto& note :
                 {std::optional{title_of(check.id)}, check.found, check.expected, check.advice})
                if (note) {
                    INFO(check.id << " " << note->code);
                    CHECK(Contract::get().message(note->code) != nullptr);
                }
        }
    };
    Facts nothing = good_facts();
    forget_halo(nothing);
    look(nothing);
    look(good_facts());
    look(Facts{});
    CHECK(ids.size() == judge(Facts{}).size()); // each once, and always the same
}

TEST_CASE("section 1: the base configuration", "[setup]")
{
    run({{"no address", [](Facts& f) { f.own.halo_url.clear(); }, "halo.url", wrong},
         {"no client id", [](Facts& f) { f.own.client_id.clear(); }, "halo.client_id", wrong},
         {"no secret", [](Facts& f) { f.own.client_secret = false; }, "halo.client_secret", wrong},
         {"no tab secret", [](Facts& f) { f.own.tab_secret = false; }, "halo.tab_secret", wrong},
         {"any language", [](Facts& f) { f.own.language = "fr"; }, "ui.language", right},
         {"no answer", [](Facts& f) { fail(f.version); }, "api.reachable", wrong},
         {"a refusal is an answer", [](Facts& f) { deny(f.version); }, "api.reachable", right},
         {"not asked", [](Facts& f) { f.version = {}; }, "api.reachable", not_yet}});
}

TEST_CASE("section 2: the agent", "[setup]")
{
    const auto agent = [](Facts& facts) -> Agent& { return facts.agents.value.front(); };
    run({{"another name", [&](Facts& f) { agent(f).name = "Bob"; }, "agent.exists", wrong},
         {"disabled", [&](Facts& f) { agent(f).disabled = true; }, "agent.exists", wrong},
         {"none: its fields wait", [&](Facts& f) { f.agents.value.clear(); }, "agent.initials", not_yet},
         {"no rights", [](Facts& f) { deny(f.agents); }, "agent.exists", unknown},
         {"no answer", [](Facts& f) { fail(f.agents); }, "agent.exists", not_yet},
         {"a person's", [&](Facts& f) { agent(f).api_only = false; }, "agent.api_only", wrong},
         {"other initials", [&](Facts& f) { agent(f).initials = "MA"; }, "agent.initials", wrong},
         {"an older guide's", [&](Facts& f) { agent(f).initials = "MZO"; }, "agent.initials", right},
         {"a team", [&](Facts& f) { agent(f).team = "Projects"; }, "agent.default_team", wrong},
         {"an older guide's", [&](Facts& f) { agent(f).team = "Triage"; }, "agent.default_team", right},
         {"in words", [&](Facts& f) { agent(f).team = "*No Default Team*"; }, "agent.default_team", right},
         {"somebody else", [](Facts& f) { f.me.value.id = 3; }, "agent.identity", wrong},
         {"no rights", [](Facts& f) { deny(f.me); }, "agent.identity", unknown}});
}

TEST_CASE("section 2: the application, and its permissions row by row", "[setup]")
{
    const auto application = [](Facts& f) -> Application& { return f.applications.value.front(); };
    const auto drop = [](Facts& f, const char* scope) { std::erase(f.own.scopes.granted, scope); };
    run({{"another agent",
          [&](Facts& f) {
              application(f).agent_id = 3;
              application(f).agent_name = "Bob";
          },
          "application.agent", wrong},
         {"inactive", [&](Facts& f) { application(f).inactive = true; }, "application.active", wrong},
         {"no rights", [](Facts& f) { deny(f.applications); }, "application.agent", unknown},
         {"the token tells all the same", [](Facts& f) { deny(f.applications); }, "permission.read_kb",
          right},
         {"not granted", [&](Facts& f) { drop(f, "edit:assets"); }, "permission.edit_assets", wrong},
         {"not granted, unseen",
          [&](Facts& f) {
              drop(f, "edit:assets");
              deny(f.applications);
          },
          "permission.edit_assets", wrong},
         {"by its other name",
          [&](Facts& f) {
              drop(f, "read:timesheet");
              f.own.scopes.granted.emplace_back("read:timesheets");
          },
          "permission.read_timesheet", right},
         {"all is all", [](Facts& f) { f.own.scopes.granted = {"all"}; }, "permission.all_teams", right},
         {"no token: as the application says", [](Facts& f) { f.own.scopes.granted.clear(); },
          "permission.all_teams", right},
         {"no token, no rights",
          [](Facts& f) {
              f.own.scopes.granted.clear();
              deny(f.applications);
          },
          "permission.all_teams", unknown}});
    for (const std::string_view scope : mizo::halo::guide_scopes) {
        Facts facts = good_facts();
        std::erase(facts.own.scopes.granted, std::string{scope});
        INFO(scope);
        CHECK(check_of(facts, permission_check(scope)).verdict == wrong);
    }
}

TEST_CASE("section 2: the custom tab, and the ticket types that have it", "[setup]")
{
    const auto tab = [](Facts& f) -> Tab& { return f.tabs.value.front(); };
    run({{"none", [](Facts& f) { f.tabs.value.clear(); }, "tab.exists", wrong},
         {"none: its fields wait", [](Facts& f) { f.tabs.value.clear(); }, "tab.url", not_yet},
         {"no rights", [](Facts& f) { deny(f.tabs); }, "tab.url", unknown},
         {"an iframe in words", [&](Facts& f) { tab(f).type = "IFrame"; }, "tab.type", right},
         {"another type", [&](Facts& f) { tab(f).type = "Dashboard"; }, "tab.type", wrong},
         {"another address", [&](Facts& f) { tab(f).url += "x"; }, "tab.url", wrong},
         {"not secure", [&](Facts& f) { tab(f).secure = false; }, "tab.secure_parameter", wrong},
         {"secure is not told", [&](Facts& f) { tab(f).secure.reset(); }, "tab.secure_parameter", wrong},
         {"no secret here", [](Facts& f) { f.own.tab_secret = false; }, "tab.secret", wrong},
         {"a type without", [](Facts& f) { f.ticket_types.value[0].tabs = json::array{}; },
          "ticket_types.tab", wrong},
         {"one that is not chosen", [](Facts& f) { f.ticket_types.value[1].tabs.reset(); },
          "ticket_types.tab", right},
         {"nothing chosen", [](Facts& f) { f.own.ticket_types.clear(); }, "ticket_types.tab", not_yet},
         {"no tab", [](Facts& f) { f.tabs.value.clear(); }, "ticket_types.tab", not_yet},
         {"no rights", [](Facts& f) { deny(f.ticket_types); }, "ticket_types.tab", unknown}});
}

TEST_CASE("section 3: credentials, scope, automation", "[setup]")
{
    run({{"refused",
          [](Facts& f) {
              fail(f.version);
              f.credentials_refused = true;
          },
          "credentials.work", wrong},
         {"refused is answered",
          [](Facts& f) {
              fail(f.version);
              f.credentials_refused = true;
          },
          "api.reachable", right},
         {"no answer", [](Facts& f) { fail(f.version); }, "credentials.work", not_yet},
         {"nothing chosen", [](Facts& f) { f.own.ticket_types.clear(); }, "scope.ticket_types", not_yet},
         {"a type that is gone",
          [](Facts& f) {
              f.own.ticket_types = {1, 99};
          },
          "scope.ticket_types", wrong},
         {"types unread", [](Facts& f) { deny(f.ticket_types); }, "scope.ticket_types", right},
         {"optional", [](Facts& f) { f.own.assignable_types.clear(); }, "scope.assignable_types", right},
         {"a type that is gone", [](Facts& f) { f.own.assignable_types = {98}; }, "scope.assignable_types",
          wrong},
         {"some", [](Facts& f) { f.own.automations = {"automation.triage"}; }, "automation", right}});
}

TEST_CASE("section 4: certificate and webhook", "[setup]")
{
    run({{"none of ours", [](Facts& f) { f.certificates.value[0].thumbprint = "BB"; },
          "certificate.installed", wrong},
         {"ours, but over", [](Facts& f) { f.own.certificates[0].accepted = false; }, "certificate.installed",
          wrong},
         {"no rights", [](Facts& f) { deny(f.certificates); }, "certificate.installed", unknown},
         {"not needed",
          [](Facts& f) {
              deny(f.certificates);
              f.own.webhook_auth = "hmac";
          },
          "certificate.installed", right},
         {"none", [](Facts& f) { f.webhook.value.reset(); }, "webhook.exists", wrong},
         {"none: its fields wait", [](Facts& f) { f.webhook.value.reset(); }, "webhook.url", not_yet},
         {"no rights", [](Facts& f) { deny(f.webhook); }, "webhook.url", unknown},
         {"no answer", [](Facts& f) { fail(f.webhook); }, "webhook.url", not_yet},
         {"another address", [](Facts& f) { webhook(f).url += "x"; }, "webhook.url", wrong},
         {"GET", [](Facts& f) { webhook(f).method = "1"; }, "webhook.method", wrong},
         {"POST in words", [](Facts& f) { webhook(f).method = "POST"; }, "webhook.method", right},
         {"unsigned", [](Facts& f) { webhook(f).authentication = "0"; }, "webhook.authentication", wrong},
         {"HMAC instead", [](Facts& f) { webhook(f).authentication = "3"; }, "webhook.authentication", wrong},
         {"an unknown number with a certificate", [](Facts& f) { webhook(f).authentication = "5"; },
          "webhook.authentication", right},
         {"HMAC, as set here",
          [](Facts& f) {
              webhook(f).authentication = "3";
              f.own.webhook_auth = "hmac";
          },
          "webhook.authentication", right},
         {"signs with another's",
          [](Facts& f) {
              f.certificates.value.push_back({5, "Other", "BB"});
              webhook(f).certificate_id = 5;
          },
          "webhook.certificate", wrong},
         {"signs with none", [](Facts& f) { webhook(f).certificate_id = 0; }, "webhook.certificate", wrong},
         {"inactive", [](Facts& f) { webhook(f).active = false; }, "webhook.active", wrong},
         {"disabled", [](Facts& f) { webhook(f).disabled = true; }, "webhook.active", wrong},
         {"by hand", [](Facts& f) { webhook(f).active = false; }, "webhook.auto_disabled", right},
         {"by HaloPSA",
          [](Facts& f) {
              webhook(f).disabled = true;
              webhook(f).auto_disabled = mizo::base::from_ms(1);
          },
          "webhook.auto_disabled", wrong},
         {"once, and on again", [](Facts& f) { webhook(f).auto_disabled = mizo::base::from_ms(1); },
          "webhook.auto_disabled", right}});
}

TEST_CASE("section 4: the five events", "[setup]")
{
    const auto remove = [](Facts& f, std::size_t at) {
        events(f).erase(events(f).begin() + static_cast<std::ptrdiff_t>(at));
    };
    run({{"none", [&](Facts& f) { remove(f, 0); }, "event.new_ticket", wrong},
         {"for some tickets only",
          [](Facts& f) {
              events(f)[0].conditions = {{"priority_id", 1, ""}};
          },
          "event.new_ticket", wrong},
         {"none", [&](Facts& f) { remove(f, 1); }, "event.status_changed", wrong},
         {"without its condition", [](Facts& f) { events(f)[2].conditions.clear(); }, "event.client_changed",
          wrong},
         {"named Customer",
          [](Facts& f) {
              events(f)[2].conditions = {{"customer", 0, ""}};
          },
          "event.client_changed", right},
         {"by name alone",
          [](Facts& f) {
              events(f)[2].number.reset();
              events(f)[2].name = "Ticket Updated";
          },
          "event.client_changed", right},
         {"none for notes", [&](Facts& f) { remove(f, 3); }, "event.private_note", wrong},
         {"none for email", [&](Facts& f) { remove(f, 4); }, "event.email", wrong},
         {"by the action's name",
          [](Facts& f) {
              events(f)[4].conditions = {{"outcome", {}, "Email User"}};
          },
          "event.email", right},
         {"no webhook", [](Facts& f) { f.webhook.value.reset(); }, "event.email", not_yet},
         {"no rights", [](Facts& f) { deny(f.events); }, "event.email", unknown}});
}

TEST_CASE("section 5: the action", "[setup]")
{
    run({{"none, or misspelt", [](Facts& f) { f.outcomes.value.resolve.reset(); }, "resolve.exists", wrong},
         {"none: its fields wait", [](Facts& f) { f.outcomes.value.resolve.reset(); }, "resolve.visible",
          not_yet},
         {"no rights", [](Facts& f) { deny(f.outcomes); }, "resolve.exists", unknown},
         {"another button", [](Facts& f) { resolve(f).button = "Resolve"; }, "resolve.button_name", wrong},
         {"no status", [](Facts& f) { resolve(f).status = -1; }, "resolve.status_after", wrong},
         {"an unusual status", [](Facts& f) { resolve(f).status = 1; }, "resolve.status_after", right},
         {"hidden", [](Facts& f) { resolve(f).hidden = true; }, "resolve.visible", wrong},
         {"in workflows only", [](Facts& f) { resolve(f).outside_workflows = false; },
          "resolve.visible_outside_workflows", wrong},
         {"in the header", [](Facts& f) { resolve(f).hide_header = false; }, "resolve.hide_header", wrong},
         {"shown to the user", [](Facts& f) { resolve(f).hide_from_user.reset(); }, "resolve.hide_from_user",
          wrong},
         {"no note", [](Facts& f) { resolve(f).fields = json::array{}; }, "resolve.private_note", wrong}});
}

TEST_CASE("section 6: deliveries, and the test ticket", "[setup]")
{
    const auto newest = [](Facts& f) -> Delivery& { return f.deliveries.value.newest.front(); };
    run({{"none yet", [](Facts& f) { f.deliveries.value.newest.clear(); }, "deliveries.answered", not_yet},
         {"refused", [&](Facts& f) { newest(f).answered = 401; }, "deliveries.answered", wrong},
         {"not answered", [&](Facts& f) { newest(f).answered.reset(); }, "deliveries.answered", wrong},
         {"no rights", [](Facts& f) { deny(f.deliveries); }, "deliveries.answered", unknown},
         {"none here", [](Facts& f) { f.own.last_accepted.reset(); }, "deliveries.stored", not_yet},
         {"not made", [](Facts& f) { f.test_ticket.reset(); }, "test_ticket", not_yet},
         {"it got stuck", [](Facts& f) { f.test_ticket->ok = false; }, "test_ticket", wrong}});
}

TEST_CASE("a check links into HaloPSA, and has the values to be pasted there", "[setup]")
{
    Facts facts = good_facts();
    webhook(facts).url = "https://elsewhere.example";
    const Check check = check_of(facts, "webhook.url");
    CHECK(check.link == "https://msp.halopsa.com/config/integrations/webhooks?id=0b1c");
    REQUIRE(check.copy.size() == 1);
    CHECK(check.copy[0].label == "Payload URL");
    CHECK(check.copy[0].value == webhook_url);
}

TEST_CASE("each id belongs to a section of the guide, in its order", "[setup]")
{
    int section = 1;
    for (const Check& check : judge(Facts{})) {
        INFO(check.id);
        CHECK(section_of(check.id) >= section);
        section = section_of(check.id);
    }
    CHECK(section == 6);
}
