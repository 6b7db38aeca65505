#include "tests/unit/agent/agent_world.hpp"

using namespace mizo;
using namespace mizo::tests;

namespace {

constexpr const char* note =
    R"([{"ticket_id":4242,"outcome":"Private Note","note_html":"<p>Looked &amp; seen</p>"}])";
constexpr const char* ticket = R"([{"summary":"It burns","client_id":12}])";

// The list of a ticket's actions with this one in it, as HaloPSA shows it.
std::string actions_with(const std::string& words, const std::string& at = "2026-11-24T10:00:01.1234567Z")
{
    json::object mine{{"id", 8}, {"outcome", "private note "}, {"who_agentid", 20}};
    mine["note"] = words;
    mine["note_html"] = "<div>" + words + "</div>";
    mine["datetime"] = at;
    const json::object another{{"id", 9}, {"outcome", "Emailed"}, {"note", "another"}};
    return json::serialize(json::object{{"record_count", 2}, {"actions", {another, mine}}});
}

} // namespace

TEST_CASE("a repeated key gets the first answer without another call", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    const auto first = world.post("Actions", note, "k");
    const auto second = world.post("Actions", note, "k");
    CHECK(first.status == 201);
    CHECK(second.status == 201);
    CHECK(second.body == first.body);
    CHECK(header(second, "mizo-repeated") == "true");
    CHECK(world.halo.count("POST /Actions") == 1);
    CHECK(world.calls[1].repeated);
    CHECK(world.agent->view().counts.repeated == 1);
    world.post("Actions", note, "another");
    CHECK(world.halo.count("POST /Actions") == 2);
}

TEST_CASE("a key is known over a restart, for 24 hours", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.post("Actions", note, "k");
    world.end();
    world.begin();
    CHECK(world.post("Actions", note, "k").body == json::parse(R"({"id":7})"));
    world.clock.advance(std::chrono::hours{24});
    CHECK(world.post("Actions", note, "k").status == 201);
    CHECK(world.halo.count("POST /Actions") == 1);
    world.clock.advance(std::chrono::milliseconds{1});
    world.post("Actions", note, "k");
    CHECK(world.halo.count("POST /Actions") == 2);
}

TEST_CASE("a key that comes again while its first call runs waits for that one's answer",
          "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.halo.hold("POST /Actions");
    relay::Request request = AgentWorld::request("POST", "Actions", note);
    request.idempotency_key = "k";
    world.begin_request(request);
    world.begin_request(request);
    CHECK(world.told.empty());
    world.halo.release();
    world.wait_for(2);
    REQUIRE(world.responses().size() == 2);
    CHECK(world.responses()[0].body == world.responses()[1].body);
    CHECK(world.responses()[0].rid != world.responses()[1].rid);
    CHECK(world.halo.count("POST /Actions") == 1);
}

TEST_CASE("a key with another request is refused, whether the first runs or is over", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.post("Actions", note, "k");
    const auto other =
        world.post("Actions", R"([{"ticket_id":4242,"outcome":"Private Note","note":"x"}])", "k");
    CHECK(code_of(other) == "denied");
    CHECK(other.error->text.find("idempotency_key") != std::string::npos);

    world.halo.hold("POST /Actions");
    relay::Request running = AgentWorld::request("POST", "Actions", note);
    running.idempotency_key = "r";
    world.begin_request(running);
    CHECK(code_of(world.post("Actions", "[{\"ticket_id\":1,\"outcome\":\"x\"}]", "r")) == "denied");
    CHECK(world.halo.count("POST /Actions") == 2);
}

TEST_CASE("what certainly did nothing may be asked again under the same key", "[agent][idempotency]")
{
    AgentWorld world;
    for (const char* code :
         {"halo_unreachable", "halo_tls", "halo_credentials_refused", "halo_rate_limited"}) {
        world.halo.fails("POST /Actions", code);
        world.post("Actions", note, "k");
    }
    for (const int status : {401, 403, 408, 429}) {
        world.halo.on("POST /Actions", status, "{}");
        world.post("Actions", note, "k");
    }
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    CHECK(world.post("Actions", note, "k").status == 201);
    CHECK(world.halo.count("POST /Actions") == 9);
}

TEST_CASE("a refusal that stands is the first answer too", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 400, R"({"error":"An outcome is needed"})");
    CHECK(world.post("Actions", note, "k").status == 400);
    CHECK(world.post("Actions", note, "k").status == 400);
    CHECK(world.halo.count("POST /Actions") == 1);
    CHECK(world.calls[0].outcome == "refused");
}

TEST_CASE("an action without an answer is looked for, and found", "[agent][idempotency]")
{
    AgentWorld world;
    for (const char* code : {"halo_timeout", "halo_answer_unexpected", "halo_answer_too_large"}) {
        CAPTURE(code);
        world.halo.fails("POST /Actions", code);
        world.halo.on("GET /Actions", 200, actions_with("Looked &amp; seen"));
        const auto response = world.post("Actions", note, code);
        CHECK(response.status == 200);
        CHECK(response.body.at("id") == 8);
        CHECK(header(response, "mizo-read-back") == "found");
        CHECK(world.post("Actions", note, code).body.at("id") == 8);
    }
    CHECK(world.halo.count("POST /Actions") == 3);
    world.halo.on("POST /Actions", 502, "<title>Bad Gateway</title>");
    CHECK(world.post("Actions", note, "502").body.at("id") == 8);
    CHECK(world.halo.asked.back().query == halo_api::Query{{"ticket_id", "4242"}, {"count", "50"}});
}

TEST_CASE("an action that is nowhere to be found was most likely not done, and that is said",
          "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.on("GET /Actions", 200, actions_with("something else"));
    const auto response = world.post("Actions", note, "k");
    CHECK(code_of(response) == "timeout");
    CHECK(response.error->text.find("not done") != std::string::npos);
    CHECK(world.halo.count("GET /Actions") == 2); // HaloPSA may still have been at it
    // It is looked for once more before it is done again.
    world.halo.on("POST /Actions", 201, R"({"id":10})");
    CHECK(world.post("Actions", note, "k").body.at("id") == 10);
    CHECK(world.halo.count("GET /Actions") == 3);
    CHECK(world.halo.count("POST /Actions") == 2);
}

TEST_CASE("an action that came late is found at the second try, and not done again", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.on("GET /Actions", 200, "[]");
    world.post("Actions", note, "k");
    world.halo.on("GET /Actions", 200, actions_with("Looked &amp; seen"));
    CHECK(world.post("Actions", note, "k").body.at("id") == 8);
    CHECK(world.halo.count("POST /Actions") == 1);
}

TEST_CASE("what was made is known by HaloPSA's own clock, however far it is off", "[agent][idempotency]")
{
    AgentWorld world; // at ten o'clock
    const auto [stamp, date] = GENERATE(std::pair{"2026-11-24T09:30:02Z", "Tue, 24 Nov 2026 09:30:05 GMT"},
                                        std::pair{"2026-11-24T10:30:02Z", "Tue, 24 Nov 2026 10:30:05 GMT"});
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.on("GET /Actions", [stamp, date](const halo_api::Call&) {
        halo_api::Answer answer = halo_answer(200, actions_with("Looked &amp; seen", stamp));
        answer.headers.add("Date", date);
        return answer;
    });
    CHECK(world.post("Actions", note, "k").body.at("id") == 8);
    CHECK(world.halo.count("POST /Actions") == 1);
}

TEST_CASE("the same note of an earlier time is neither this one nor a proof that it is missing",
          "[agent][idempotency]")
{
    AgentWorld world;
    const bool doubtful = GENERATE(true, false);
    const char* const stamp = doubtful ? "2026-11-24T09:30:00Z" : "2026-11-23T09:59:59Z";
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.on("GET /Actions", 200, actions_with("Looked &amp; seen", stamp));
    const auto response = world.post("Actions", note, "k");
    CHECK(code_of(response) == "timeout");
    CHECK((response.error->text.find("not known") != std::string::npos) == doubtful);
    world.halo.on("POST /Actions", 201, R"({"id":10})");
    const auto again = world.post("Actions", note, "k");
    CHECK(world.halo.count("POST /Actions") == (doubtful ? 1 : 2));
    CHECK((again.status == 201) != doubtful);
}

TEST_CASE("where it cannot be looked for, that it is not known is said", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.fails("POST /Actions", "halo_timeout");
    world.halo.fails("GET /Actions", "halo_unreachable");
    const auto unread = world.post("Actions", note, "k");
    CHECK(code_of(unread) == "timeout");
    CHECK(unread.error->text.find("not known") != std::string::npos);

    world.halo.fails("POST /Client", "halo_timeout");
    CHECK(code_of(world.post("Client", R"([{"name":"A"}])", "c")) == "timeout");
    world.halo.on("POST /Client", 201, R"({"id":1})");
    const auto again = world.post("Client", R"([{"name":"A"}])", "c");
    CHECK(code_of(again) == "timeout");
    CHECK(again.error->text.find("first try") != std::string::npos);
    CHECK(world.halo.count("POST /Client") == 1);
}

TEST_CASE("a daemon that ended in the middle of a call looks back after its start", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    const store::KeyedRequest asked{"k", "POST /Actions?\n" + std::string{note}};
    world.write([asked, now = world.clock.wall()](store::Database& db) {
        store::begin_agent_key(db, asked, now);
        return true;
    });
    world.halo.on("GET /Actions", 200, actions_with("Looked &amp; seen"));
    CHECK(world.post("Actions", note, "k").body.at("id") == 8);
    CHECK(world.halo.count("POST /Actions") == 0);
}

TEST_CASE("a change of what exists that a start cut short is simply made again", "[agent][idempotency]")
{
    AgentWorld world;
    const store::KeyedRequest asked{"k", "POST /Tickets?\n"
                                         R"([{"id":4242,"priority_id":2}])"};
    world.write([asked, now = world.clock.wall()](store::Database& db) {
        store::begin_agent_key(db, asked, now);
        return true;
    });
    world.halo.on("POST /Tickets", 201, R"({"id":4242})");
    CHECK(world.post("Tickets", R"([{"id":4242,"priority_id":2}])", "k").status == 201);
}

TEST_CASE("a change of what exists is not looked for: twice is the same as once", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.fails("POST /Tickets", "halo_timeout");
    constexpr const char* change = R"([{"id":4242,"priority_id":2}])";
    const auto response = world.post("Tickets", change, "k");
    CHECK(code_of(response) == "timeout");
    CHECK(world.halo.count("GET /Tickets") == 0);
    world.halo.on("POST /Tickets", 201, R"({"id":4242})");
    CHECK(world.post("Tickets", change, "k").status == 201);
    CHECK(world.halo.count("POST /Tickets") == 2);
}

TEST_CASE("a new ticket without an answer is looked for by what it says", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.fails("POST /Tickets", "halo_timeout");
    world.halo.on(
        "GET /Tickets", 200,
        R"({"record_count":2,"tickets":[{"id":5001,"summary":"It burns","client_id":13},)"
        R"({"id":5000,"summary":"It burns","client_id":12,"dateoccurred":"2026-11-24T10:00:00"}]})");
    CHECK(world.post("Tickets", ticket).body.at("id") == 5000);
    CHECK(world.halo.count("POST /Tickets") == 1);
}

TEST_CASE("a read with a key is answered from what is kept, too", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("GET /Tickets/1", 200, R"({"id":1})");
    relay::Request request = AgentWorld::request("GET", "Tickets/1");
    request.idempotency_key = "k";
    world.ask(request);
    CHECK(world.ask(request).body == json::parse(R"({"id":1})"));
    CHECK(world.halo.count("GET /Tickets/1") == 1);
}

TEST_CASE("of a large answer what tells what was made is kept", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Tickets", 201, R"({"id":5000,"details":")" + std::string(70'000, 'x') + R"("})");
    CHECK(world.post("Tickets", ticket, "k").body.as_object().contains("details"));
    CHECK(world.post("Tickets", ticket, "k").body == json::parse(R"({"id":5000})"));
}

TEST_CASE("where the disk does not take the key, nothing is begun", "[agent][idempotency]")
{
    AgentWorld world;
    world.halo.on("POST /Actions", 201, R"({"id":7})");
    world.writer->close();
    relay::Request request = AgentWorld::request("POST", "Actions", note);
    request.idempotency_key = "k";
    request.rid = "r";
    world.agent->on(std::move(request));
    world.context.restart();
    world.context.poll();
    REQUIRE(world.responses().size() == 1);
    CHECK(code_of(world.responses()[0]) == "upstream_down");
    CHECK(world.halo.asked.empty());
}
