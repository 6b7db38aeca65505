#include "tests/unit/agent/agent_world.hpp"

using namespace mizo;
using namespace mizo::tests;

namespace {

constexpr const char* resolve = R"([{"ticket_id":4242,"outcome":"Mizo resolve","note_html":"<p>Done</p>"}])";
constexpr const char* outcomes =
    R"([{"id":1,"outcome":"Private Note"},{"id":12,"outcome":"Mizo resolve","newstatus":18}])";

void prepare(AgentWorld& world, int status_after)
{
    world.halo.on("GET /Outcome", 200, outcomes);
    world.halo.on("POST /Actions", 201, R"({"id":7,"ticket_id":4242})");
    world.halo.on("GET /Tickets/4242", 200,
                  R"({"id":4242,"status_id":)" + std::to_string(status_after) + "}");
}

} // namespace

TEST_CASE("a resolve sets the action's own status, and the ticket is read back", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 18);
    const auto response = world.post("Actions", resolve);
    CHECK(response.status == 201);
    CHECK(header(response, "mizo-status-verified") == "true");
    CHECK(header(response, "mizo-ticket-status") == "18");
    const auto posted = std::find_if(world.halo.asked.begin(), world.halo.asked.end(),
                                     [](const auto& call) { return call.method == "POST"; });
    CHECK(json::parse(posted->body).at(0).at("new_status") == 18);
    // HaloPSA's actions are remembered for a while.
    world.post("Actions", resolve);
    CHECK(world.halo.count("GET /Outcome") == 1);
    world.clock.advance(std::chrono::minutes{10});
    world.post("Actions", resolve);
    CHECK(world.halo.count("GET /Outcome") == 2);
}

TEST_CASE("a status that the cloud names is taken, and is what is looked for", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 9);
    const auto response =
        world.post("Actions", R"([{"ticket_id":4242,"outcome":"Mizo resolve","new_status":9}])");
    CHECK(header(response, "mizo-status-verified") == "true");
    CHECK(world.halo.count("GET /Outcome") == 0);
}

TEST_CASE("a resolve that did not change the status is told as such", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 2);
    const auto response = world.post("Actions", resolve);
    CHECK(response.status == 201);
    CHECK(header(response, "mizo-status-verified") == "false");
    CHECK(header(response, "mizo-ticket-status") == "2");
    CHECK(world.halo.count("GET /Tickets/4242") == 2); // HaloPSA may have been at it still
    world.halo.fails("GET /Tickets/4242", "halo_timeout");
    CHECK(header(world.post("Actions", resolve), "mizo-status-verified") == "unknown");
}

TEST_CASE("a resolve without an answer is looked for, and then verified", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 18);
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.on("GET /Actions", 200,
                  R"([{"id":7,"outcome":"Mizo resolve","note":"Done","datetime":"2026-11-24T10:00:00Z"}])");
    const auto response = world.post("Actions", resolve);
    CHECK(header(response, "mizo-read-back") == "found");
    CHECK(header(response, "mizo-status-verified") == "true");
}

TEST_CASE("the status stands with the action's details, where the list does not have it", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 18);
    world.halo.on("GET /Outcome", 200, R"([{"id":12,"outcome":"Mizo resolve"}])");
    world.halo.on("GET /Outcome/12", 200, R"({"id":12,"outcome":"Mizo resolve","newstatus":18})");
    CHECK(header(world.post("Actions", resolve), "mizo-status-verified") == "true");
}

TEST_CASE("a resolve by the action's number is a resolve", "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 18);
    const auto response = world.post("Actions", R"([{"ticket_id":4242,"outcome_id":12}])");
    CHECK(header(response, "mizo-status-verified") == "true");
}

TEST_CASE("without the action, or without its status, a resolve is denied with what to do",
          "[agent][resolve]")
{
    AgentWorld world;
    prepare(world, 18);
    world.halo.on("GET /Outcome", 200, R"([{"id":1,"outcome":"Private Note"}])");
    const auto missing = world.post("Actions", resolve);
    CHECK(code_of(missing) == "denied");
    CHECK(missing.error->text.find("section 5") != std::string::npos);
    world.clock.advance(std::chrono::minutes{10});
    world.halo.on("GET /Outcome", 200, R"([{"id":12,"outcome":"Mizo resolve","newstatus":0}])");
    CHECK(code_of(world.post("Actions", resolve)) == "denied");
    world.clock.advance(std::chrono::minutes{10});
    world.halo.on("GET /Outcome", 403, R"({"error":"no right"})");
    CHECK(code_of(world.post("Actions", resolve)) == "denied");
    world.clock.advance(std::chrono::minutes{10});
    world.halo.fails("GET /Outcome", "halo_unreachable");
    CHECK(code_of(world.post("Actions", resolve)) == "upstream_down");
    CHECK(world.halo.count("POST /Actions") == 0);
}

TEST_CASE("with automation.resolve off a resolve is denied, without asking HaloPSA", "[agent][resolve]")
{
    AgentWorld world;
    world.end();
    world.configure({});
    const auto response = world.post("Actions", resolve);
    CHECK(code_of(response) == "denied");
    CHECK(response.error->text.find("automation.resolve") != std::string::npos);
    CHECK(world.halo.asked.empty());
    // Another action that closes tickets is found out by asking.
    world.halo.on("GET /Outcome", 200,
                  R"([{"id":3,"outcome":"Close","newstatus":9},{"id":1,"outcome":"Private Note"}])");
    world.halo.on("POST /Actions", 201, "{}");
    CHECK(code_of(world.post("Actions", R"([{"ticket_id":1,"outcome":"Close"}])")) == "denied");
    CHECK(code_of(world.post("Actions", R"([{"ticket_id":1,"outcome":"Private Note"}])")) == "201");
}
