#include "daemon/setup/plan.hpp"
#include "tests/unit/setup/setup_facts.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace mizo::setup;
using namespace mizo::setup::test;

namespace {

std::string body_of(const std::vector<Edit>& edits)
{
    REQUIRE(edits.size() == 1);
    return boost::json::serialize(edits[0].body);
}

} // namespace

TEST_CASE("a fix changes the field that is wrong, and no other", "[setup]")
{
    Facts facts = good_facts();
    facts.webhook.value->url = "https://old.example";
    facts.webhook.value->method = "1";
    const auto edits = plan(facts, {"webhook.url"});
    CHECK(body_of(edits) == R"({"id":"0b1c","url":"https://relay.example/webhooks/halopsa/token"})");
    CHECK(edits[0].changes ==
          Changes{{"Webhook \"Mizo ticket webhook\"", "Payload URL", "https://old.example", webhook_url}});
    CHECK(check_of(facts, "webhook.url").fix == edits[0].changes);
}

TEST_CASE("what is right is not planned again", "[setup]")
{
    for (const Check& check : judge(good_facts())) {
        INFO(check.id);
        CHECK(plan(good_facts(), {check.id}).empty());
    }
}

TEST_CASE("an object that is missing is made whole, and one that is there is never made", "[setup]")
{
    Facts facts = good_facts();
    CHECK(plan(facts, {"webhook.exists", "tab.exists", "resolve.exists"}).empty());
    facts.webhook.value.reset();
    const auto edits = plan(facts, {"webhook.exists"});
    CHECK(body_of(edits) ==
          R"({"name":"Mizo ticket webhook","type":0,"content_type":"application/json",)"
          R"("url":"https://relay.example/webhooks/halopsa/token","method":0,"authentication_type":2,)"
          R"("certificate_id":4,"active":true})");
    CHECK(edits[0].makes);
    CHECK(plan(facts, {"webhook.url"}).empty());
}

TEST_CASE("an event is made for the webhook, without another row's id", "[setup]")
{
    Facts facts = good_facts();
    facts.events.value.all.erase(facts.events.value.all.begin() + 3);
    CHECK(
        body_of(plan(facts, {"event.private_note"})) ==
        R"({"webhook_id":"0b1c","name":"Action added by Agent: private note","type":-2,"delivery_method":6,)"
        R"("eventno":203,"conditions":[{"fieldname":"outcome_id","tablename":"actions","type":0,)"
        R"("value_int":2,"value_string":"Private Note"}]})");
    facts.events.value.kinds.clear(); // without its number it cannot be made
    CHECK(plan(facts, {"event.private_note"}).empty());
}

TEST_CASE("permissions are added to those that are there, all in one call", "[setup]")
{
    Facts facts = good_facts();
    Application& application = facts.applications.value.front();
    application.scopes = {"admin"};
    application.scope_rows = {json::object{{"id", "admin"}, {"name", "admin"}}};
    facts.own.scopes.granted = {"none"};
    CHECK(body_of(plan(facts, {"permission.read_kb", "permission.edit_kb"})) ==
          R"({"id":7,"scopes":[{"id":"admin","name":"admin"},{"id":"read:kb","name":"read:kb"},)"
          R"({"id":"edit:kb","name":"edit:kb"}]})");
}

TEST_CASE("a ticket type keeps the tabs that it has", "[setup]")
{
    Facts facts = good_facts();
    facts.ticket_types.value[0].tabs = json::array{json::object{{"iframetab_id", 5}}};
    CHECK(body_of(plan(facts, {"ticket_types.tab"})) ==
          R"({"id":1,"allowed_iframe_customtabs":[{"iframetab_id":5},{"tickettype_id":1,"iframetab_id":21,)"
          R"("iframetab_name":"Mizo"}]})");
}

TEST_CASE("a secret is neither in the plan nor in what is shown of it", "[setup]")
{
    Facts facts = good_facts();
    facts.own.tab_secret = false;
    const auto edits = plan(facts, {"tab.secret"});
    CHECK(body_of(edits) == R"({"id":21})");
    CHECK(edits[0].needs_secret);
    CHECK(edits[0].changes == Changes{{"Custom tab \"Mizo\"", "Iframe secret", "", "••••"}});
}

TEST_CASE("where HaloPSA does not let us look nothing is planned", "[setup]")
{
    Facts facts;
    facts.own = good_own();
    for (const Check& check : judge(facts)) CHECK(plan(facts, {check.id}).empty());
}
