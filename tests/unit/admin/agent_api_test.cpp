#include "daemon/admin/contract.hpp"
#include "daemon/agent/fault.hpp"
#include "tests/unit/admin/admin_rig.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace mizo::admin::test;

namespace {

agent::Deed deed(Rig& rig, std::string_view name, json::object args = {})
{
    const agent::CommandActions actions = rig.handler->cloud_commands();
    return rig.run((*actions.find(name))(std::move(args)));
}

json::array audit_of_cloud(Rig& rig)
{
    json::array entries;
    const json::value audit = rig.get("/api/v1/audit").json();
    for (const json::value& entry : audit.at("items").as_array())
        if (entry.at("actor") == "cloud") entries.push_back(entry);
    return entries;
}

} // namespace

TEST_CASE("each reason of the agent's stands in the contract with the same sentence", "[admin][agent]")
{
    for (const auto& [reason, text] : agent::all_reasons()) {
        CAPTURE(reason);
        const std::string* known = Contract::get().message(reason);
        REQUIRE(known != nullptr);
        CHECK(*known == text);
    }
}

TEST_CASE("the agent and its calls are shown as the contract says", "[admin][agent]")
{
    Rig rig;
    store::AgentCall denied;
    denied.at = rig.clock.wall();
    denied.rid = "r";
    denied.method = "GET";
    denied.path = "/Webhook";
    denied.outcome = "denied";
    denied.error = R"({"code":"agent_not_allowed","text":"no","args":{"method":"GET","path":"/Webhook"}})";
    store::AgentCall done = denied;
    done.ticket = 4242;
    done.outcome = "done";
    done.error.reset();
    rig.write([=](store::Database& db) {
        return store::add_agent_call(db, denied) + store::add_agent_call(db, done);
    });
    CHECK(answer_faults(rig.get("/api/v1/agent").json(), "GET /agent") == "");
    const auto all = rig.get("/api/v1/agent/calls").json();
    CHECK(answer_faults(all, "GET /agent/calls") == "");
    CHECK(all.at("items").as_array().size() == 2);
    CHECK(all.at("items").at(1).at("error").at("code") == "agent_not_allowed");
    const auto one = rig.get("/api/v1/agent/calls?ticket=4242").json();
    CHECK(one.at("items").as_array().size() == 1);
    CHECK(rig.get("/api/v1/agent/calls?cursor=x").code() == "cursor_invalid");
    CHECK(rig.get("/api/v1/agent/calls?ticket=x").code() == "bad_request");
}

TEST_CASE("the switch and the list of what is allowed show on the agent", "[admin][agent]")
{
    Rig rig;
    const auto allowed = [&] {
        int count = 0;
        const json::value told = rig.get("/api/v1/agent").json();
        for (const json::value& rule : told.at("allow").as_array())
            count += rule.at("allowed").as_bool() ? 1 : 0;
        return count;
    };
    CHECK(allowed() > 40);
    rig.agent->set_settings(rig.settings.current()->with({{"agent.allow", {"all:teams"}}}).settings);
    CHECK(allowed() == 5);
    rig.agent->set_settings(rig.settings.current()->with({{"agent.enabled", false}}).settings);
    CHECK(allowed() == 0);
    CHECK(rig.get("/api/v1/agent").json().at("enabled") == false);
}

TEST_CASE("the cloud may set the ticket types in scope, as an admin would", "[admin][agent]")
{
    Rig rig;
    const auto done = deed(rig, "set_scope", {{"ticket_types", {1, 3}}});
    CHECK_FALSE(done.fault);
    CHECK(rig.settings.current()->ids(config::Key::scope_ticket_types) == std::vector<std::int64_t>{1, 3});
    REQUIRE(audit_of_cloud(rig).size() == 1);
    CHECK(audit_of_cloud(rig)[0].at("action") == "settings_changed");
    CHECK_FALSE(deed(rig, "set_scope", {{"ticket_types", nullptr}}).fault);
    CHECK(rig.settings.current()->ids(config::Key::scope_ticket_types).empty());
    for (const char* args :
         {R"({})", R"({"ticket_types":[]})", R"({"ticket_types":"1"})", R"({"ticket_types":[0]})",
          R"({"ticket_types":["1"]})", R"({"ticket_types":[1],"halo.url":"https://evil"})"}) {
        CAPTURE(args);
        CHECK(deed(rig, "set_scope", json::parse(args).as_object()).fault->code == "malformed");
    }
}

TEST_CASE("ticket types that the file pins are not the cloud's to set", "[admin][agent]")
{
    Rig rig;
    config::Sources sources;
    sources.file = {{"scope.ticket_types", "4"}};
    rig.settings.replace(config::Settings::load(sources).settings);
    const auto refused = deed(rig, "set_scope", {{"ticket_types", {1}}});
    CHECK(refused.fault->reason == "agent_scope_locked");
    CHECK(rig.settings.current()->ids(config::Key::scope_ticket_types) == std::vector<std::int64_t>{4});
}

TEST_CASE("a rotation is offered once: while one waits there is no other", "[admin][agent]")
{
    Rig rig;
    const auto made = deed(rig, "offer_rotation");
    REQUIRE_FALSE(made.fault);
    const auto* certificate = rig.certificates->find(std::string{made.result.at("id").as_string()});
    REQUIRE(certificate != nullptr);
    CHECK(made.result.at("thumbprint").as_string() == certificate->thumbprint);
    CHECK(audit_of_cloud(rig).at(0).at("action") == "certificate_made");
    CHECK(deed(rig, "offer_rotation").fault->code == "conflict");
    CHECK(rig.certificates->all().size() == 1);
}

TEST_CASE("diagnostics for the cloud are bounded, and hold neither secrets nor tickets", "[admin][agent]")
{
    Rig rig;
    rig.record(R"({"summary":"a private matter"})");
    for (int i = 0; i < 2'000; ++i) rig.log.write("test", base::Level::info, std::string(500, '"'), {});
    const auto done = deed(rig, "collect_diagnostics");
    REQUIRE_FALSE(done.fault);
    const std::string text = json::serialize(done.result);
    CHECK(text.size() <= 256 * 1024);
    CHECK(done.result.at("log").as_array().size() > 50);
    CHECK(done.result.at("files").as_array().size() > 3);
    CHECK(done.result.at("status").as_object().contains("queue"));
    for (const std::string& secret :
         {rig.key, std::string{"the-token-of-the-path"}, std::string{"a private matter"}})
        CHECK(text.find(secret) == std::string::npos);
    CHECK(audit_of_cloud(rig).at(0).at("action") == "diagnostics_made");
}
