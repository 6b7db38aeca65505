#include "daemon/halo/webhook.hpp"
#include "daemon/reconcile/ticket_changes.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace mizo;
using namespace mizo::reconcile;
using namespace std::chrono_literals;

namespace {

constexpr base::WallTime noon{std::chrono::milliseconds{1'795'521'600'000}};

base::WallTime at(std::chrono::seconds after_noon)
{
    return noon + after_noon;
}

// A ticket created and changed so many seconds after noon.
SeenTicket ticket(std::chrono::seconds created, std::chrono::seconds changed, std::int64_t status = 1)
{
    SeenTicket seen;
    seen.id = 4242;
    seen.status = status;
    seen.created = at(created);
    seen.changed = at(changed);
    return seen;
}

SeenTicket with_action(SeenTicket seen, std::int64_t id, std::chrono::seconds when, bool by_agent = true)
{
    SeenAction action;
    action.id = id;
    action.at = at(when);
    action.by_agent = by_agent;
    seen.actions.push_back(action);
    return seen;
}

std::optional<store::KnownTicket> known_up_to(std::chrono::seconds when,
                                              std::optional<std::int64_t> status = 1)
{
    store::KnownTicket known;
    known.known = at(when);
    known.status = status;
    return known;
}

// What would be told, in words: "created@0 action1@5 changed@9". The window begins at noon.
std::string told(const SeenTicket& seen, const std::optional<store::KnownTicket>& known,
                 std::chrono::seconds from = 0s)
{
    std::string text;
    const Window window{at(from), noon};
    for (const Change& change : changes_of(seen, known, window)) {
        text += text.empty() ? "" : " ";
        text += change.action ? "action" + std::to_string(seen.actions[*change.action].id)
                              : std::string{name_of(change.kind)};
        text += "@" + std::to_string((change.at - noon) / 1s);
    }
    return text;
}

} // namespace

TEST_CASE("a ticket of which nothing is known is told from its creation on", "[reconcile][changes]")
{
    CHECK(told(ticket(0s, 0s), {}) == "created@0");
    CHECK(told(ticket(0s, 60s), {}) == "created@0 changed@60");
    CHECK(told(ticket(-1s, 60s), {}) == "changed@60");
    CHECK(told(with_action(with_action(ticket(0s, 9s), 2, 9s), 1, 5s), {}) ==
          "created@0 action1@5 action2@9");
}

TEST_CASE("what a webhook told is not told again", "[reconcile][changes]")
{
    // Creation and actions are compared by name in the store, so here they are proposed each time.
    CHECK(told(ticket(-9s, 60s), known_up_to(60s)).empty());
    CHECK(told(ticket(-9s, 60s), known_up_to(57s)).empty());
    CHECK(told(ticket(-9s, 60s), known_up_to(56s)) == "changed@60");
    CHECK(told(ticket(-9s, 60s), known_up_to(3'600s)).empty());
}

TEST_CASE("a change is told as one of the status where the status is another", "[reconcile][changes]")
{
    CHECK(told(ticket(-9s, 60s, 9), known_up_to(0s)) == "status_changed@60");
    CHECK(told(ticket(-9s, 60s, 9), known_up_to(0s, {})) == "changed@60");
    CHECK(told(ticket(-9s, 60s, 9), known_up_to(60s)) == "status_changed@60");
    // The API's answer is older than what is known.
    CHECK(told(ticket(-9s, 60s, 9), known_up_to(64s)).empty());
}

TEST_CASE("an action explains the change that it makes", "[reconcile][changes]")
{
    CHECK(told(with_action(ticket(-9s, 60s), 7, 60s), known_up_to(0s)) == "action7@60");
    CHECK(told(with_action(ticket(-9s, 60s), 7, 50s), known_up_to(0s)) == "action7@50 changed@60");
    CHECK(told(with_action(ticket(-9s, 60s, 9), 7, 60s), known_up_to(0s)) == "action7@60 status_changed@60");
    CHECK(told(with_action(ticket(-9s, 60s), 7, 60s, false), known_up_to(0s)) == "changed@60");
}

TEST_CASE("actions from before the window are left alone", "[reconcile][changes]")
{
    const SeenTicket seen = with_action(with_action(ticket(-9s, 60s), 1, 29s), 2, 30s);
    CHECK(told(seen, known_up_to(60s), 30s) == "action2@30");
}

TEST_CASE("a ticket is read from whatever HaloPSA shows of it", "[reconcile][changes]")
{
    const auto read = [](const char* text) { return read_ticket(boost::json::parse(text).as_object()); };
    const auto seen = read(R"({"id":"0004242","summary":"Printer","status_id":9,"tickettype_id":25,
        "dateoccurred":"2026-11-24T12:00:00","last_update":"2026-11-24T12:05:00.1234567Z",
        "lastactiondate":"2026-11-24T12:06:00Z","secret_extra":"x"})");
    REQUIRE(seen);
    CHECK(seen->id == 4242);
    CHECK(seen->type == 25);
    CHECK(seen->created == noon);
    CHECK(seen->changed == at(360s));
    CHECK(seen->shown.contains("summary"));
    CHECK_FALSE(seen->shown.contains("secret_extra"));
    CHECK_FALSE(read(R"({"summary":"no number","last_update":"2026-11-24T12:05:00Z"})"));
    CHECK_FALSE(read(R"({"id":1,"last_update":"1900-01-01T00:00:00"})"));
}

TEST_CASE("whose action it is is read tolerantly, and an agent's where HaloPSA does not say",
          "[reconcile][changes]")
{
    const auto by_agent = [](const char* text) {
        return read_action(boost::json::parse(text).as_object())->by_agent;
    };
    CHECK(by_agent(R"({"id":1})"));
    CHECK(by_agent(R"({"id":1,"who_agentid":3})"));
    CHECK(by_agent(R"({"id":1,"who_type":1,"who_agentid":0})"));
    CHECK_FALSE(by_agent(R"({"id":1,"who_type":2,"who_agentid":3})"));
    CHECK_FALSE(by_agent(R"({"id":1,"who_agentid":0})"));
    CHECK_FALSE(read_action(boost::json::object{}));
}

TEST_CASE("a change has the same key each time it is seen, and another for each change",
          "[reconcile][changes]")
{
    const SeenTicket seen = with_action(ticket(0s, 60s, 9), 7, 5s);
    const auto key = [&](store::EventKind kind, std::chrono::seconds when,
                         std::optional<std::size_t> action = {}) {
        return poll_event(seen, {kind, at(when), action}, noon).occurrence.dedup_key;
    };
    CHECK(key(store::EventKind::created, 0s) == "poll:created:4242");
    CHECK(key(store::EventKind::action_added, 5s, 0) == "poll:action:4242:7");
    CHECK(key(store::EventKind::status_changed, 60s) == "poll:status_changed:4242:9:1795521660000");
    CHECK(key(store::EventKind::changed, 60s) == "poll:changed:4242:1795521660000");
}

TEST_CASE("the body of a polled event is read as a webhook's is", "[reconcile][changes]")
{
    SeenTicket seen = *read_ticket(boost::json::parse(
                                       R"({"id":4242,"summary":"Printer","status_id":9,"tickettype_id":25,
            "last_update":"2026-11-24T12:00:00Z"})")
                                       .as_object());
    seen.actions.push_back(
        *read_action(boost::json::parse(R"({"id":7,"datetime":"2026-11-24T12:00:00Z"})").as_object()));
    const PollEvent event = poll_event(seen, {store::EventKind::action_added, noon, 0}, at(60s));
    const halo::Decoded decoded = halo::decode(event.body);
    REQUIRE(decoded.understood);
    const halo::Occurrence& read = decoded.occurrences.at(0);
    CHECK(read.kind == halo::Kind::action_added);
    CHECK(read.ticket == 4242);
    CHECK(read.title == "Printer");
    CHECK(read.ticket_type == 25);
    CHECK(read.status == 9);
    CHECK(read.action == 7);
    CHECK(read.time == noon);
}
