#include "tests/unit/agent/agent_world.hpp"

#include <boost/asio/co_spawn.hpp>

using namespace mizo;
using namespace mizo::tests;

namespace {

constexpr const char* note = R"([{"ticket_id":4242,"outcome":"Private Note","note":"Looked at it"}])";

} // namespace

TEST_CASE("a request that is allowed gets HaloPSA's answer, with a safe few of its headers", "[agent]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets/4242", [](const halo_api::Call&) {
        halo_api::Answer answer = halo_answer(200, R"({"id":4242})");
        answer.headers = {{"Content-Type", "application/json"},
                          {"Set-Cookie", "secret=1"},
                          {"Server", "IIS"},
                          {"Date", "Tue, 24 Nov 2026 10:00:00 GMT"}};
        return base::Result<halo_api::Answer>{answer};
    });
    relay::Request request = AgentWorld::request("GET", "Tickets/4242");
    request.query = json::object{{"includedetails", true}};
    const auto response = world.ask(std::move(request));
    CHECK(response.status == 200);
    CHECK(response.body == json::parse(R"({"id":4242})"));
    CHECK(json::serialize(response.headers) ==
          R"({"content-type":"application/json","date":"Tue, 24 Nov 2026 10:00:00 GMT"})");
    REQUIRE(world.halo.asked.size() == 1);
    CHECK(world.halo.asked[0].query == halo_api::Query{{"includedetails", "true"}});
    CHECK(world.halo.asked[0].purpose == halo_api::Purpose::agent);
    CHECK(world.halo.asked[0].ticket == 4242);
}

TEST_CASE("what is not allowed is denied, and HaloPSA is not asked", "[agent]")
{
    AgentWorld world;
    for (const char* path : {"Webhook", "../auth/token", "Tickets/4242/../../x", "https://evil.example/"}) {
        CAPTURE(path);
        CHECK(code_of(world.get(path)) == "denied");
    }
    CHECK(code_of(world.post("Outcome", "[{}]")) == "denied");
    CHECK(world.halo.asked.empty());
    CHECK(world.agent->view().counts.denied == 5);
}

TEST_CASE("one switch turns all of it off, at once", "[agent]")
{
    AgentWorld world;
    config::Sources off;
    off.file = {{"agent.enabled", "off"}};
    world.agent->set_settings(config::Settings::load(off).settings);
    const auto response = world.get("Tickets/4242");
    CHECK(code_of(response) == "denied");
    CHECK(response.error->text.find("agent.enabled") != std::string::npos);
    world.agent->on(relay::Command{"c", "set_scope", json::object{}});
    CHECK(std::get<relay::Done>(world.told.back()).code == "denied");
    CHECK(world.halo.asked.empty());
    CHECK_FALSE(world.agent->view().enabled);
}

TEST_CASE("each failure of the API has its word", "[agent]")
{
    AgentWorld world;
    const std::map<std::string, std::string> words{{"halo_timeout", "timeout"},
                                                   {"halo_unreachable", "upstream_down"},
                                                   {"halo_not_configured", "upstream_down"},
                                                   {"halo_tls", "upstream_tls"},
                                                   {"halo_credentials_refused", "unauthorised"},
                                                   {"halo_scopes_refused", "unauthorised"},
                                                   {"halo_rate_limited", "rate_limited"},
                                                   {"halo_answer_too_large", "too_large"},
                                                   {"halo_answer_unexpected", "upstream_down"},
                                                   {"halo_stopped", "cancelled"}};
    for (const auto& [code, word] : words) {
        CAPTURE(code);
        world.halo.fails("GET /Tickets", code);
        const auto response = world.get("Tickets");
        CHECK(code_of(response) == word);
        CHECK_FALSE(response.error->text.empty());
    }
    for (const int status : {401, 403}) {
        world.halo.on("GET /Tickets", status, R"({"error":"no right"})");
        const auto response = world.get("Tickets");
        CHECK(code_of(response) == "unauthorised");
        CHECK(response.error->text.find("no right") != std::string::npos);
    }
    for (const int status : {400, 404, 500, 503}) {
        world.halo.on("GET /Tickets", status, R"({"error":"so it is"})");
        CHECK(code_of(world.get("Tickets")) == std::to_string(status));
    }
}

TEST_CASE("a page of HTML is not handed on, only its title", "[agent]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets", 500,
                  "<html><title>Server Error</title><body>C:\\inetpub\\secret</body></html>");
    CHECK(world.get("Tickets").body == json::value("Server Error"));
    world.halo.on("DELETE /Appointment/1", 204, "");
    CHECK(world.ask(AgentWorld::request("DELETE", "Appointment/1")).body.is_null());
}

TEST_CASE("the deadline is the cloud's, but never more than a minute", "[agent]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets", 200, "[]");
    for (const auto& [asked, given] :
         {std::pair{1, 1}, {10'000, 10'000}, {60'000, 60'000}, {60'001, 60'000}}) {
        relay::Request request = AgentWorld::request("GET", "Tickets");
        request.deadline_ms = asked;
        world.ask(std::move(request));
        CHECK(world.halo.asked.back().deadline.count() == given);
    }
}

TEST_CASE("32 requests may be in hand, and the next is told so", "[agent]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets", 200, "[]");
    world.halo.hold("GET /Tickets");
    for (int i = 0; i < 32; ++i) world.begin_request(AgentWorld::request("GET", "Tickets"));
    CHECK(world.told.empty());
    CHECK(world.agent->view().in_hand == 32);
    world.begin_request(AgentWorld::request("GET", "Tickets"));
    CHECK(code_of(world.responses().at(0)) == "rate_limited");
    world.halo.release();
    world.wait_for(33);
    CHECK(world.responses().size() == 33);
    CHECK(world.agent->view().in_hand == 0);
}

TEST_CASE("a rid that comes again while it runs gets the same answer, and no second call", "[agent]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":1})");
    world.halo.hold("POST /Actions");
    relay::Request request = AgentWorld::request("POST", "Actions", note);
    request.rid = "same";
    world.begin_request(request);
    world.begin_request(request);
    world.halo.release();
    world.wait_for(1);
    REQUIRE(world.responses().size() == 2);
    CHECK(world.responses()[0] == world.responses()[1]);
    CHECK(world.halo.count("POST /Actions") == 1);
}

TEST_CASE("a read that is cancelled ends at once", "[agent]")
{
    AgentWorld world;
    world.halo.hold("GET /Tickets");
    const std::string rid = world.begin_request(AgentWorld::request("GET", "Tickets"));
    world.agent->on(relay::Cancel{rid});
    world.wait_for(1);
    REQUIRE(world.responses().size() == 1);
    CHECK(code_of(world.responses()[0]) == "cancelled");
    CHECK(world.agent->view().in_hand == 0);
    world.agent->on(relay::Cancel{rid});
    world.agent->on(relay::Cancel{"never asked"});
    world.settle();
    CHECK(world.responses().size() == 1);
}

TEST_CASE("a write that is cancelled is answered at once, and goes on to its end", "[agent]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.halo.hold("POST /Actions");
    relay::Request request = AgentWorld::request("POST", "Actions", note);
    request.idempotency_key = "k";
    const std::string rid = world.begin_request(request);
    world.agent->on(relay::Cancel{rid});
    REQUIRE(world.responses().size() == 1);
    CHECK(code_of(world.responses()[0]) == "cancelled");
    CHECK(world.responses()[0].error->text.find("goes on") != std::string::npos);
    world.halo.release();
    world.wait_for(1);
    CHECK(world.responses().size() == 1);
    CHECK(world.post("Actions", note, "k").body == json::parse(R"({"id":7})"));
    CHECK(world.halo.count("POST /Actions") == 1);
}

TEST_CASE("a link that ends takes its reads along, and leaves its writes to their end", "[agent]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.halo.hold("GET /Tickets");
    world.begin_request(AgentWorld::request("GET", "Tickets"));
    world.agent->on_live(false);
    world.wait_for(1);
    CHECK(world.calls[0].outcome == "cancelled");
    CHECK(json::parse(*world.calls[0].error).at("code") == "agent_link_lost");

    world.halo.hold("POST /Actions");
    relay::Request request = AgentWorld::request("POST", "Actions", note);
    request.idempotency_key = "k";
    world.begin_request(request);
    world.agent->on_live(false);
    world.halo.release();
    world.wait_for(2);
    CHECK(world.calls[1].outcome == "done");
    CHECK(world.stored("SELECT count(*) FROM agent_keys WHERE answer IS NOT NULL") == 1);
}

TEST_CASE("every request is written down, and each write in the audit", "[agent]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets/4242", 200, "{}");
    world.halo.on("POST /Actions", 201, R"({"id":1})");
    world.get("Tickets/4242");
    world.get("Webhook");
    world.post("Actions", note);
    REQUIRE(world.calls.size() == 3);
    CHECK(world.calls[0].outcome == "done");
    CHECK(world.calls[0].ticket == 4242);
    CHECK(world.calls[0].status == 200);
    CHECK(world.calls[1].outcome == "denied");
    CHECK(world.calls[1].path == "/Webhook");
    CHECK(json::parse(*world.calls[1].error).at("code") == "agent_not_allowed");
    CHECK(world.calls[2].method == "POST");
    CHECK(world.calls[2].ticket == 4242);
    CHECK(world.stored("SELECT count(*) FROM agent_calls") == 3);
    CHECK(world.stored("SELECT count(*) FROM audit WHERE action = 'halo_changed' AND who = 'cloud'") == 1);
    CHECK(world.stored("SELECT count(*) FROM audit") == 1);
}

TEST_CASE("while it stops nothing further is begun, and a write is waited for", "[agent]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":1})");
    world.halo.hold("POST /Actions");
    world.begin_request(AgentWorld::request("POST", "Actions", note));
    bool finished = false;
    asio::co_spawn(world.context, world.agent->finish(std::chrono::hours{1}),
                   [&](std::exception_ptr) { finished = true; });
    world.settle();
    CHECK_FALSE(finished);
    world.begin_request(AgentWorld::request("GET", "Tickets"));
    CHECK(code_of(world.responses().back()) == "cancelled");
    world.halo.release();
    world.wait_for(2);
    world.settle();
    CHECK(finished);
}
