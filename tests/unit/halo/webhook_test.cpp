#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/halo/webhook.hpp"

#include <catch2/catch.hpp>

namespace mizo::halo {

namespace {

// As seen from a live tenant.
const std::string live_body =
    R"({"id":"2B1F8F0E-52c5-4a0c-9a1e-0d6f1c7b3a44",)"
    R"("webhook_id":"9a6c1e0d-7f2b-4b8a-8f60-1c2d3e4f5a6b","notification_id":41,)"
    R"("escmsg_id":"C1D2E3F4-0000-4000-8000-000000000001","event":"ticket status changed",)"
    R"("message":"The status has been changed for Ticket ID: 0004242.","object_id":4242,)"
    R"("agent_id":3,"timestamp":"2026-09-25T06:41:08.7895915Z",)"
    R"("ticket":{"id":4242,"summary":"Printer offline","status_id":9,"tickettype_id":25,)"
    R"("client_id":1,"team_id":5,"agent_id":3,"customfields":[],"hasbeenclosed":true}})";

std::string sha256_of(std::string_view body)
{
    return certs::hex(certs::sha256(body));
}

Occurrence only(const std::string& body)
{
    const auto decoded = decode(body);
    INFO(decoded.note);
    REQUIRE(decoded.understood);
    REQUIRE(decoded.occurrences.size() == 1);
    return decoded.occurrences[0];
}

// One event of kind `other` that repeats are found of by the body's bytes.
void check_not_understood(const std::string& body, const std::string& note_has)
{
    const auto decoded = decode(body);
    CHECK_FALSE(decoded.understood);
    CHECK(decoded.note.find(note_has) != std::string::npos);
    REQUIRE(decoded.occurrences.size() == 1);
    CHECK(decoded.occurrences[0].kind == Kind::other);
    CHECK(decoded.occurrences[0].dedupkey == "sha256:" + sha256_of(body));
    CHECK_FALSE(decoded.occurrences[0].batch_index);
}

std::string batch_of(std::size_t count)
{
    std::string body = "[";
    for (std::size_t i = 0; i < count; ++i)
        body += (i ? "," : "") + std::string{R"({"event":"new ticket logged","id":"e)"} + std::to_string(i) +
                R"("})";
    return body + "]";
}

} // namespace

TEST_CASE("a body as HaloPSA sends it is understood whole", "[webhook]")
{
    const auto event = only(live_body);
    CHECK(event.kind == Kind::status_changed);
    CHECK(event.event_text == "ticket status changed");
    CHECK(event.ticket == 4242);
    CHECK(event.title == "Printer offline");
    CHECK(event.ticket_type == 25);
    CHECK(event.agent == 3);
    CHECK_FALSE(event.action);
    CHECK(event.time == base::from_ms(1'790'318'468'789));
    CHECK_FALSE(event.batch_index);
    CHECK(event.dedupkey == "escmsg:c1d2e3f4-0000-4000-8000-000000000001:"
                            "9a6c1e0d-7f2b-4b8a-8f60-1c2d3e4f5a6b:41:4242");
}

TEST_CASE("event texts are known in either case, and an unknown one is other", "[webhook]")
{
    CHECK(kind_of_event("new ticket logged") == Kind::created);
    CHECK(kind_of_event("New Ticket Logged") == Kind::created);
    CHECK(kind_of_event(" ticket status changed ") == Kind::status_changed);
    CHECK(kind_of_event("ticket changed") == Kind::changed);
    CHECK(kind_of_event("Ticket updated") == Kind::changed);
    CHECK(kind_of_event("action added by agent") == Kind::action_added);
    CHECK(kind_of_event("ticket teleported") == Kind::other);
    CHECK(kind_of_event("") == Kind::other);
    CHECK(only(R"({"event":"ticket teleported","id":"x"})").event_text == "ticket teleported");
}

TEST_CASE("the names of kinds lead there and back", "[webhook]")
{
    for (const auto kind :
         {Kind::created, Kind::status_changed, Kind::changed, Kind::action_added, Kind::other})
        CHECK(kind_from(name_of(kind)) == kind);
    CHECK_FALSE(kind_from("deleted"));
}

TEST_CASE("the ticket number is looked for in one place after the other", "[webhook]")
{
    CHECK(only(R"({"event":"x","object_id":1,"ticket_id":2,"ticket":{"id":3}})").ticket == 1);
    CHECK(only(R"({"event":"x","ticket_id":2,"ticket":{"id":3}})").ticket == 2);
    CHECK(only(R"({"event":"x","ticket":{"id":3},"data":{"ticket_id":4}})").ticket == 3);
    CHECK(only(R"({"event":"x","data":{"object_id":4,"ticket":{"id":5}}})").ticket == 4);
    CHECK(only(R"({"event":"x","data":{"ticket":{"id":5}}})").ticket == 5);
    CHECK(only(R"({"event":"x","object":{"ticket_id":6}})").ticket == 6);
    CHECK(only(R"({"event":"x","object_id":"0004242"})").ticket == 4242);
    CHECK(only(R"({"event":"x","object_id":0,"ticket_id":7})").ticket == 7);
    CHECK(only(R"({"event":"x","object_id":-1,"ticket_id":null,"ticket":"none"})").ticket == std::nullopt);
    CHECK(only(R"({"event":"x","object_id":1e400,"ticket_id":99999999999999999999,"ticket":{"id":1.5}})")
              .ticket == std::nullopt);
}

TEST_CASE("an action event knows its action, which counts within its ticket", "[webhook]")
{
    const auto event = only(
        R"({"event":"action added by agent","id":"a","action":{"id":7,"ticket_id":4242,"who_agentid":9}})");
    CHECK(event.kind == Kind::action_added);
    CHECK(event.action == 7);
    CHECK(event.ticket == 4242);
    CHECK(event.agent == 9);
}

TEST_CASE("a timestamp may lack its zone, be null or be nonsense", "[webhook]")
{
    CHECK(only(R"({"event":"x","timestamp":"2026-09-25T06:41:08.7895915"})").time ==
          base::from_ms(1'790'318'468'789));
    CHECK_FALSE(only(R"({"event":"x","timestamp":"1900-01-01T00:00:00Z"})").time);
    CHECK_FALSE(only(R"({"event":"x","timestamp":"soon"})").time);
    CHECK_FALSE(only(R"({"event":"x","timestamp":7})").time);
}

TEST_CASE("repeats are found by escmsg_id, else by id, else by the body", "[webhook]")
{
    CHECK(only(R"({"event":"x","escmsg_id":"E","id":"I"})").dedupkey == "escmsg:e:::");
    CHECK(only(R"({"event":"x","escmsg_id":12,"object_id":5})").dedupkey == "escmsg:12:::5");
    CHECK(only(R"({"event":"x","escmsg_id":"","id":"I"})").dedupkey == "id:i");
    CHECK(only(R"({"event":"x","escmsg_id":null,"id":{}})").dedupkey ==
          "sha256:" + sha256_of(R"({"event":"x","escmsg_id":null,"id":{}})"));

    const auto pair = decode(R"([{"event":"x"},{"event":"x"}])");
    const auto hash = sha256_of(R"([{"event":"x"},{"event":"x"}])");
    CHECK(pair.occurrences.at(0).dedupkey == "sha256:" + hash + ":0");
    CHECK(pair.occurrences.at(1).dedupkey == "sha256:" + hash + ":1");
}

TEST_CASE("a key that is long or not plain becomes its hash", "[webhook]")
{
    const std::string longest(297, 'i');
    CHECK(only(R"({"event":"x","id":")" + longest + R"("})").dedupkey == "id:" + longest);
    CHECK(only(R"({"event":"x","id":"i)" + longest + R"("})").dedupkey ==
          "key:" + sha256_of("id:i" + longest));
    CHECK(only(R"({"event":"x","id":"a b"})").dedupkey == "key:" + sha256_of("id:a b"));
}

TEST_CASE("a batch is an array, or an object with one array of events", "[webhook]")
{
    for (const std::string body :
         {R"([{"event":"ticket changed","id":"a"},{"event":"x","id":"b"}])",
          R"({"batch":1,"items":[{"event":"ticket changed","id":"a"},{"event":"x","id":"b"}]})"}) {
        const auto decoded = decode(body);
        REQUIRE(decoded.understood);
        REQUIRE(decoded.occurrences.size() == 2);
        CHECK(decoded.occurrences[0].kind == Kind::changed);
        CHECK(decoded.occurrences[0].batch_index == 0);
        CHECK(decoded.occurrences[1].dedupkey == "id:b");
        CHECK(decoded.occurrences[1].batch_index == 1);
    }
    check_not_understood(R"({"a":[{"event":"x"}],"b":[{"event":"x"}]})", "no \"event\"");
    check_not_understood(R"({"a":[{"event":"x"},{"no":1}]})", "no \"event\"");
}

TEST_CASE("a thousand events are a batch, one more is not understood", "[webhook]")
{
    CHECK(decode(batch_of(1000)).occurrences.size() == 1000);
    check_not_understood(batch_of(1001), "1001 events");
}

TEST_CASE("64 levels are read, one more is not understood", "[webhook]")
{
    const auto nested = [](std::size_t depth) {
        return R"({"event":"x","deep":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CHECK(decode(nested(64)).understood);
    check_not_understood(nested(65), "deeper than 64");
}

TEST_CASE("what cannot be understood is kept as one event, never refused", "[webhook]")
{
    check_not_understood("", "not JSON");
    check_not_understood("hello", "not JSON");
    check_not_understood(R"({"event":"x")", "not JSON");
    check_not_understood("{\"event\":\"\xff\"}", "not JSON");
    check_not_understood("7", "neither an object nor a list");
    check_not_understood("null", "neither an object nor a list");
    check_not_understood("{}", "no \"event\"");
    check_not_understood("[]", "empty list");
    check_not_understood("[1]", "not every item");
    check_not_understood(R"([{"event":"x"},{"no":1}])", "not every item");
}

TEST_CASE("a byte order mark is no part of the JSON, but of the bytes", "[webhook]")
{
    const std::string body = "\xef\xbb\xbf{\"event\":\"new ticket logged\"}";
    const auto event = only(body);
    CHECK(event.kind == Kind::created);
    CHECK(event.dedupkey == "sha256:" + sha256_of(body));
}

TEST_CASE("repeated members and members of other types are harmless", "[webhook]")
{
    CHECK(only(R"({"event":"x","event":"ticket changed"})").kind == Kind::changed);
    const auto odd = only(R"({"event":{"a":1},"agent_id":[1],"ticket":[],"timestamp":false,"summary":7})");
    CHECK(odd.kind == Kind::other);
    CHECK_FALSE(odd.agent);
}

TEST_CASE("titles are cut between characters", "[webhook]")
{
    const std::string title = std::string(499, 'a') + "\xc3\xa9";
    CHECK(only(R"({"event":"x","ticket":{"summary":")" + title + R"("}})").title == std::string(499, 'a'));
    CHECK(only(R"({"event":"x","ticket":{"summary":")" + std::string(500, 'a') + R"("}})").title.size() ==
          500);
}

} // namespace mizo::halo
