#include "tests/unit/reconcile/reconcile_world.hpp"

using namespace mizo;
using namespace mizo::tests;
using store::Place;

namespace {

void forge(ReconcileWorld& world, const std::string& event, std::int64_t ticket, base::WallTime when,
           const char* more = "")
{
    json::object body = json::parse(ReconcileWorld::body("m-" + event + std::to_string(ticket) +
                                                             std::to_string(base::to_ms(when)),
                                                         event, ticket, when))
                            .as_object();
    const json::value added = json::parse(*more == '\0' ? "{}" : more);
    for (const auto& [name, value] : added.as_object()) body[name] = value;
    world.send_signed(json::serialize(body));
}

} // namespace

TEST_CASE("tickets and actions that no webhook told of become events, once", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.has_ticket(2, world.at(-99min), world.at(7min));
    world.has_action(1, 1, world.at(6min));
    CHECK(world.read_tickets().events == 3);
    CHECK(world.events() == "poll:created:1 poll:action_added:1 poll:changed:2");
    CHECK(world.read_tickets().events == 0);
    CHECK(world.place(Place::api) == world.noon);
}

TEST_CASE("a ticket that was looked at is asked about again only when it changes", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.read_tickets();
    world.api.asked.clear();
    world.read_tickets();
    CHECK(world.api.asked.size() == 1);
    world.has_action(1, 1, world.at(6min));
    world.read_tickets();
    CHECK(world.events() == "poll:created:1 poll:action_added:1");
}

TEST_CASE("what webhooks told is not told again by the API", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min), 1);
    forge(world, "new ticket logged", 1, world.at(5min) + 100ms, R"({"ticket":{"id":1,"status_id":1}})");
    world.has_action(1, 7, world.at(6min));
    forge(world, "action added by agent", 1, world.at(6min) + 100ms, R"({"action":{"id":7,"ticket_id":1}})");
    world.model.tickets[1]["status_id"] = 9;
    world.model.tickets[1]["last_update"] = base::rfc3339(world.at(7min));
    forge(world, "ticket status changed", 1, world.at(7min) + 100ms, R"({"ticket":{"id":1,"status_id":9}})");
    CHECK(world.read_tickets().events == 0);
}

TEST_CASE("an action whose webhook does not name it is known by its time", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(-99min), world.at(6min));
    world.has_action(1, 7, world.at(6min));
    forge(world, "action added by agent", 1, world.at(6min) + 2s);
    CHECK(world.read_tickets().events == 0);
    world.has_action(1, 8, world.at(6min) + 20s);
    CHECK(world.read_tickets().events == 1);
}

TEST_CASE("a webhook that comes after the API told of its change is a repeat", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min), 1);
    world.has_ticket(2, world.at(-99min), world.at(6min));
    world.has_action(1, 7, world.at(6min));
    world.read_tickets();
    const std::string told = "poll:created:1 poll:action_added:1 poll:changed:2";
    CHECK(world.events() == told);
    forge(world, "new ticket logged", 1, world.at(5min) + 1s);
    forge(world, "action added by agent", 1, world.at(6min), R"({"action":{"id":7}})");
    forge(world, "ticket changed", 2, world.at(6min) + 3s);
    CHECK(world.events() == told);
    // Another change, or one of another kind.
    forge(world, "ticket changed", 2, world.at(6min) + 4s);
    forge(world, "ticket status changed", 2, world.at(6min));
    CHECK(world.events() == told + " webhook:changed:2 webhook:status_changed:2");
}

TEST_CASE("of a webhook that is a repeat of a polled event, its first delivery is known",
          "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.read_tickets();
    forge(world, "new ticket logged", 1, world.at(5min));
    const store::DeliveryDetail repeated = world.delivery(1);
    CHECK(repeated.row.outcome == store::Outcome::repeated);
    CHECK(repeated.repeat_of == world.announced.at(0));
}

TEST_CASE("changes are told oldest first", "[reconcile][tickets]")
{
    ReconcileWorld world;
    for (int i = 1; i <= 230; ++i) {
        const base::WallTime when = world.at(0min) + std::chrono::seconds{1'000 - i};
        world.has_ticket(i, when, when);
    }
    CHECK(world.read_tickets().events == 230);
    CHECK(world.events().starts_with("poll:created:230 poll:created:229 "));
}

TEST_CASE("the newest changes are left for later where webhooks are on their way", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(58min), world.at(59min) + 1ms);
    reconcile::Reading reading = world.reading();
    reading.settle = 60s;
    CHECK(world.run(world.ticket_reader.read(reading)).events == 0);
    CHECK(world.place(Place::api) == world.at(59min));
    world.clock.advance(1s);
    CHECK(world.run(world.ticket_reader.read(reading)).events == 2);
}

TEST_CASE("a search that ends at any call is gone on with, and tells each change once",
          "[reconcile][tickets]")
{
    ReconcileWorld world;
    for (int i = 1; i <= 3; ++i)
        world.has_ticket(i, world.at(std::chrono::minutes{i}), world.at(std::chrono::minutes{i}));
    for (int calls = 0; calls <= 1; ++calls) {
        world.model.calls_until_failure = calls;
        CHECK(world.read_tickets().error.has_value());
    }
    world.model.calls_until_failure = 3; // the list, and two tickets
    CHECK(world.read_tickets().error.has_value());
    CHECK(world.place(Place::api) == world.at(2min));
    world.model.calls_until_failure.reset();
    CHECK(world.read_tickets().events == 1);
    CHECK(world.events() == "poll:created:1 poll:created:2 poll:created:3");
}

TEST_CASE("where actions cannot be read, tickets are told all the same, and it is said",
          "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.model.actions_allowed = false;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.has_ticket(2, world.at(5min), world.at(6min));
    const auto found = world.read_tickets();
    CHECK(found.actions_unread);
    CHECK(world.events() == "poll:created:1 poll:created:2 poll:changed:2");
    CHECK(world.api.asked.size() == 2); // asked for once
}

TEST_CASE("what is out of scope is stored without being relayed, whichever way it came", "[reconcile][scope]")
{
    ReconcileWorld world{{{"scope.ticket_types", "25"}}};
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.has_ticket(2, world.at(6min), world.at(6min))["tickettype_id"] = 99;
    world.read_tickets();
    // Without a ticket in its body: known from the earlier event.
    forge(world, "ticket changed", 2, world.at(30min));
    forge(world, "ticket changed", 1, world.at(31min));
    forge(world, "ticket changed", 3, world.at(32min));
    const auto relayed = world.read([](store::Database& db) {
        std::string text;
        auto load = db.prepare("SELECT ticket FROM events WHERE seq IS NOT NULL ORDER BY seq");
        load.bind();
        while (load.step()) text += load.string(0);
        return text;
    });
    CHECK(relayed == "113");
    CHECK(world.count("events") == 5);
}

TEST_CASE("a ticket dated far ahead is told once, and blinds no later search for tickets",
          "[reconcile][tickets]")
{
    ReconcileWorld world;
    const auto ahead = GENERATE(std::chrono::hours{20}, std::chrono::hours{24 * 365});
    world.has_ticket(1, world.at(5min), world.at(5min))["dateoccurred"] = base::rfc3339(world.noon + ahead);
    CHECK(world.read_tickets().events > 0);
    CHECK(world.place(Place::api) == world.noon);
    const std::string told = world.events();
    world.has_ticket(2, world.at(6min), world.at(6min));
    world.read_tickets();
    CHECK(world.events() == told + " poll:created:2");
}

TEST_CASE("a ticket dated far ahead hides no change that waits for its webhook", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.noon + 24h * 365);
    world.has_ticket(2, world.at(59min) + 30s, world.at(59min) + 30s);
    reconcile::Reading reading = world.reading();
    reading.settle = 60s;
    world.run(world.ticket_reader.read(reading));
    CHECK(world.events().starts_with("poll:created:1"));
    CHECK(world.events().find(":2") == std::string::npos);
    CHECK(world.place(Place::api) == world.at(59min));
}

TEST_CASE("the newest change is not one that lies far ahead", "[reconcile][tickets]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.noon + 24h * 365);
    CHECK_FALSE(world.run(world.ticket_reader.look(world.reading())).newest_change);
    world.has_ticket(1, world.at(5min), world.noon + 2h);
    CHECK(world.run(world.ticket_reader.look(world.reading())).newest_change == world.noon + 2h);
}
