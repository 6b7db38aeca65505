#include "admin_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
namespace json = boost::json;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

// Everything a streamed answer holds.
std::string drained(Rig& rig, const Told& told)
{
    std::string all;
    for (bool more = true; more;) {
        bool came = false;
        told.source->next([&](std::optional<std::string> piece) {
            came = true;
            more = piece.has_value();
            all += piece.value_or("");
        });
        while (!came) {
            rig.context.restart();
            rig.context.poll();
        }
    }
    return all;
}

std::size_t lines_of(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("deliveries are listed newest first, page by page, as the contract says", "[admin][api]")
{
    Rig rig;
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(rig.record("{}", 4242 + i));
        rig.clock.advance(1s);
    }
    const auto first = rig.get("/api/v1/deliveries?limit=2").json();
    CHECK(answer_faults(first, "GET /deliveries").empty());
    CHECK(first.at("items").at(0).at("id") == json::value(ids[2]));
    const std::string cursor{first.at("next_cursor").as_string()};
    const auto second = rig.get("/api/v1/deliveries?limit=2&cursor=" + cursor).json();
    CHECK(second.at("items").at(0).at("id") == json::value(ids[0]));
    CHECK(second.at("next_cursor").is_null());
    CHECK(rig.get("/api/v1/deliveries?cursor=nonsense").code() == "cursor_invalid");
}

TEST_CASE("deliveries are filtered, and a word that is none is refused", "[admin][api]")
{
    Rig rig;
    rig.record("{}", 1);
    rig.record("{}", 2);
    rig.record_rejected("forged");
    const auto found = [&](const std::string& query) {
        return rig.get("/api/v1/deliveries?" + query).json().at("items").as_array().size();
    };
    CHECK(found("ticket=1") == 1);
    CHECK(found("outcome=rejected") == 1);
    CHECK(found("outcome=rejected,accepted") == 3);
    CHECK(found("event=created&state=queued") == 2);
    CHECK(found("after=2026-11-24T23:00:00.000Z") == 0);
    CHECK(found("q=192.0.2.7") == 2);
    for (const char* bad : {"outcome=good", "event=x", "state=x", "ticket=x", "ticket=-1", "after=yesterday",
                            "limit=0", "limit=501", "limit=x", "limit=1&limit=2"}) {
        INFO(bad);
        CHECK(rig.get(std::string{"/api/v1/deliveries?"} + bad).code() == "bad_request");
    }
    CHECK(rig.get("/api/v1/deliveries?limit=500").status == 200);
}

TEST_CASE("a delivery tells all: body, headers, verification, events and what happened when", "[admin][api]")
{
    Rig rig;
    const std::string id = rig.record(R"({"id":"x","ticket":{"id":4242}})");
    rig.clock.advance(800ms);
    rig.acked(1);
    const auto told = rig.get("/api/v1/deliveries/" + id).json();
    CHECK(answer_faults(told, "GET /deliveries/{id}") == "");
    CHECK(told.at("latency_ms") == 800);
    CHECK(told.at("body").at("encoding") == "utf8");
    CHECK(told.at("verification").at("code") == "hmac_ok");
    std::string stages;
    for (const auto& step : told.at("timeline").as_array())
        stages += std::string{step.at("stage").as_string()} + " ";
    CHECK(stages == "received verified decoded stored answered sent acked ");
    CHECK(rig.get("/api/v1/deliveries/0193f3a1-0000-7000-8000-000000000000").code() == "not_found");
}

TEST_CASE("a body is handed out as a file of text, whatever it holds", "[admin][api]")
{
    Rig rig;
    const std::string id = rig.record("<script>alert(1)</script>");
    const Told told = rig.get("/api/v1/deliveries/" + id + "/body");
    CHECK(told.body == "<script>alert(1)</script>");
    CHECK(told.header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(told.header("Content-Disposition") == "attachment; filename=\"" + id + ".json\"");
    CHECK(told.header("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("bytes that are no text are shown as base64", "[admin][api]")
{
    Rig rig;
    const auto told = rig.get("/api/v1/deliveries/" + rig.record("\xff\xfe")).json();
    CHECK(told.at("body").at("encoding") == "base64");
    CHECK(told.at("body").at("text") == "//4=");
}

TEST_CASE("events are listed, found and filtered", "[admin][api]")
{
    Rig rig;
    const std::string event = rig.first_event_of(rig.record("{}", 7));
    const auto listed = rig.get("/api/v1/events?ticket=7&state=queued&origin=webhook").json();
    CHECK(answer_faults(listed, "GET /events") == "");
    CHECK(listed.at("items").at(0).at("id") == json::value(event));
    const auto one = rig.get("/api/v1/events/" + event).json();
    CHECK(answer_faults(one, "GET /events/{id}") == "");
    CHECK(one.at("type") == "com.halopsa.ticket.created");
    CHECK(one.at("subject") == "ticket/7");
    CHECK(rig.get("/api/v1/events/none").code() == "not_found");
}

TEST_CASE("an event sent again is a new one, wakes the link and is in the audit", "[admin][api]")
{
    Rig rig;
    const std::string event = rig.first_event_of(rig.record("{}"));
    const Told told = rig.post("/api/v1/events/" + event + "/replay");
    REQUIRE(told.status == 201);
    CHECK(answer_faults(told.json(), "POST /events/{id}/replay", 201) == "");
    CHECK(told.json().at("replay_of") == json::value(event));
    CHECK(told.json().at("seq") == 2);
    CHECK(rig.woken == 3);
    CHECK(rig.post("/api/v1/events/none/replay").code() == "not_found");
    CHECK(rig.get("/api/v1/audit").json().at("items").at(0).at("action") == "event_replayed");
}

TEST_CASE("many are counted first, and sent again oldest first on the word", "[admin][api]")
{
    Rig rig;
    for (int i = 1; i <= 3; ++i) {
        rig.record("{}", i);
        rig.clock.advance(1s);
    }
    const std::string filter = R"({"filter":{"state":"queued","event":"created"},"dry_run":)";
    const auto preview = rig.post("/api/v1/replays", filter + "true}").json();
    CHECK(answer_faults(preview, "POST /replays") == "");
    CHECK(preview.at("matched") == 3);
    CHECK(preview.at("created") == 0);
    CHECK(rig.woken == 0);
    CHECK(rig.post("/api/v1/replays", filter + "false}").json().at("created") == 3);
    CHECK(rig.woken == 7);
    const auto newest = rig.get("/api/v1/events?limit=1").json().at("items").at(0);
    CHECK(newest.at("ticket") == 3);
    for (const char* bad :
         {"{}", R"({"filter":{}})", R"({"filter":[],"dry_run":true})", R"({"filter":{"x":1},"dry_run":true})",
          R"({"filter":{"ticket":"1"},"dry_run":true})", R"({"filter":{},"dry_run":1})"}) {
        INFO(bad);
        CHECK(rig.post("/api/v1/replays", bad).code() == "invalid_json");
    }
}

TEST_CASE("an export has every event, oldest first, and no cell that a spreadsheet would compute",
          "[admin][api]")
{
    Rig rig;
    for (int i = 0; i < 450; ++i) rig.record("{}", i);
    const Told csv = rig.get("/api/v1/events/export?format=csv");
    CHECK(csv.header("Content-Disposition") == "attachment; filename=\"events.csv\"");
    const std::string text = drained(rig, csv);
    CHECK(lines_of(text) == 451);
    CHECK(text.find(",\"'=HYPERLINK(\"\"x\"\"), a title\",") != std::string::npos);
    CHECK(text.find(",new ticket logged,0,") < text.find(",new ticket logged,449,"));
    const std::string ndjson = drained(rig, rig.get("/api/v1/events/export?format=ndjson&ticket=7"));
    CHECK(faults(json::parse(ndjson), "EventDetail") == "");
    CHECK(rig.get("/api/v1/events/export?format=xml").code() == "bad_request");
}

TEST_CASE("an export needs the password to be fresh", "[admin][api]")
{
    Rig rig;
    const auto browser = rig.open_browser();
    const Ask ask{"GET", "/api/v1/events/export?format=csv", "", browser.headers(false)};
    rig.clock.advance(10min - 1ms);
    CHECK(rig.send(ask).status == 200);
    rig.clock.advance(1ms);
    CHECK(rig.send(ask).code() == "reauth_required");
}

TEST_CASE("the stream begins with the status, tells of what comes, and of what becomes of it", "[admin][api]")
{
    Rig rig;
    const Told told = rig.get("/api/v1/stream");
    CHECK(told.header("Content-Type") == "text/event-stream");
    std::string text;
    const auto ask = [&] {
        told.source->next([&](std::optional<std::string> piece) { text += piece.value_or("END"); });
    };
    ask();
    CHECK(text.find("event: status\n") != std::string::npos);
    rig.run(rig.handler->turn());

    const std::string id = rig.record("{}");
    rig.handler->announce(id);
    text.clear();
    ask();
    rig.run(rig.handler->turn());
    ask();
    CHECK(text.find("event: delivery\n") != std::string::npos);
    CHECK(text.find(id) != std::string::npos);
    CHECK(text.find("\"state\":\"queued\"") != std::string::npos);

    rig.acked(1);
    text.clear();
    for (int i = 0; i < 4; ++i) {
        rig.run(rig.handler->turn());
        ask();
    }
    CHECK(text.find("\"state\":\"acked\"") != std::string::npos);
    CHECK(rig.get("/api/v1/stream?topics=delivery,nothing").code() == "bad_request");
    rig.handler->close();
    CHECK(text.ends_with("END"));
}

TEST_CASE("a stream ends when its session does", "[admin][api]")
{
    Rig rig;
    const auto browser = rig.open_browser();
    const Told told = rig.send({"GET", "/api/v1/stream?topics=log", "", browser.headers(false)});
    bool ended = false;
    std::function<void()> ask = [&] {
        told.source->next([&](std::optional<std::string> piece) {
            ended = !piece;
            if (piece) ask();
        });
    };
    ask();
    for (int i = 0; i < 40; ++i) rig.run(rig.handler->turn());
    CHECK_FALSE(ended);
    rig.clock.advance(30min);
    for (int i = 0; i < 40; ++i) rig.run(rig.handler->turn());
    CHECK(ended);
}
