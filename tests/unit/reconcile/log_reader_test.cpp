#include "tests/unit/reconcile/reconcile_world.hpp"

using namespace mizo;
using namespace mizo::tests;
using store::Place;

TEST_CASE("what HaloPSA's log shows and the store lacks is verified and stored as any webhook",
          "[reconcile][log]")
{
    ReconcileWorld world;
    const std::string body = world.body("m1", "new ticket logged", 1, world.at(5min));
    world.logs("row1", 1, world.at(5min), body);
    const auto found = world.read_log();
    CHECK(found.recovered == 1);
    CHECK(world.events() == "reconcile:created:1");
    CHECK(world.woken == std::vector<std::int64_t>{2});
    const store::DeliveryDetail delivery = world.delivery(0);
    CHECK(delivery.row.origin == store::Origin::reconcile);
    CHECK(delivery.row.thumbprint.has_value());
}

TEST_CASE("what came by webhook is not read back, and costs no call", "[reconcile][log]")
{
    ReconcileWorld world;
    const std::string body = world.body("m1", "new ticket logged", 1, world.at(5min));
    world.clock.set_wall(world.at(5min));
    world.send_signed(body);
    world.clock.set_wall(world.noon);
    world.logs("row1", 1, world.at(5min), body, 200);
    const auto found = world.read_log();
    CHECK(found.known == 1);
    CHECK(found.recovered == 0);
    CHECK(world.events() == "webhook:created:1");
    CHECK(world.api.asked.size() == 2); // our webhook, and one page
}

TEST_CASE("a second reading of the same log finds nothing, and looks at nothing twice", "[reconcile][log]")
{
    ReconcileWorld world;
    for (int i = 1; i <= 3; ++i)
        world.logs(
            "row" + std::to_string(i), i, world.at(std::chrono::minutes{i}),
            world.body("m" + std::to_string(i), "new ticket logged", i, world.at(std::chrono::minutes{i})));
    CHECK(world.read_log().recovered == 3);
    world.api.asked.clear();
    const auto again = world.read_log();
    CHECK(again.recovered == 0);
    CHECK(world.api.asked.size() == 2);
    CHECK(world.events() == "reconcile:created:1 reconcile:created:2 reconcile:created:3");
}

TEST_CASE("several tries of one delivery are one event", "[reconcile][log]")
{
    ReconcileWorld world;
    const std::string body = world.body("m1", "new ticket logged", 1, world.at(5min));
    world.logs("try1", 1, world.at(5min), body);
    world.logs("try2", 1, world.at(6min), body);
    CHECK(world.read_log().recovered == 1);
    CHECK(world.events() == "reconcile:created:1");
    CHECK(world.read([](store::Database& db) { return store::halo_ledger(db, base::from_ms(0)).halo; }) == 1);
}

TEST_CASE("a webhook that comes after it was read back is a repeat", "[reconcile][log]")
{
    ReconcileWorld world;
    const std::string body = world.body("m1", "new ticket logged", 1, world.at(5min));
    world.logs("row1", 1, world.at(5min), body);
    world.read_log();
    world.send_signed(body);
    CHECK(world.events() == "reconcile:created:1");
}

TEST_CASE("a body that HaloPSA does not keep, or that does not verify, is replaced by its ticket",
          "[reconcile][log]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    auto& row =
        world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min)));
    SECTION("lightweight log")
    {
        row.body = nullptr;
        CHECK(world.read_log().without_body == 1);
    }
    SECTION("altered body")
    {
        row.body = "{\"event\":\"new ticket logged\",\"object_id\":1}";
        CHECK(world.read_log().unverified == 1);
    }
    CHECK(world.events() == "poll:created:1");
    CHECK(world.read_log().by_api == 0);
    CHECK(world.events() == "poll:created:1");
}

TEST_CASE("what can be had in no way is said, and counts as missing", "[reconcile][log]")
{
    ReconcileWorld world;
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min))).body =
        nullptr;
    const auto found = world.read_log();
    CHECK(found.lost == 1);
    const auto ledger =
        world.read([](store::Database& db) { return store::halo_ledger(db, base::from_ms(0)); });
    CHECK(ledger.missing == 1);
    CHECK(ledger.equal == false);
}

TEST_CASE("a row that HaloPSA fails to show is tried again, and is then the webhook itself",
          "[reconcile][log]")
{
    const int status = GENERATE(200, 500, 503);
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min)));
    world.model.spoilt["/WebhookEvent/row1"] = status;
    for (int tries = 0; tries < 2; ++tries) CHECK(world.read_log().error);
    CHECK(world.events() == "");
    world.model.spoilt.clear();
    CHECK_FALSE(world.read_log().error);
    CHECK(world.events() == "reconcile:created:1");
}

TEST_CASE("a row that HaloPSA never shows holds nothing up for good: its ticket is read instead",
          "[reconcile][log]")
{
    ReconcileWorld world;
    world.has_ticket(1, world.at(5min), world.at(5min));
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min)));
    world.logs("row2", 2, world.at(6min), world.body("m2", "new ticket logged", 2, world.at(6min)));
    world.model.spoilt["/WebhookEvent/row1"] = 500;
    for (int tries = 0; tries < 2; ++tries) CHECK(world.read_log().error);
    const auto found = world.read_log();
    CHECK_FALSE(found.error);
    CHECK(found.by_api == 1);
    CHECK(world.events() == "poll:created:1 reconcile:created:2");
}

TEST_CASE("a ticket that HaloPSA fails to show is tried again before it counts as lost", "[reconcile][log]")
{
    ReconcileWorld world;
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min))).body =
        nullptr;
    world.model.spoilt["/Tickets/1"] = 503;
    for (int tries = 0; tries < 5; ++tries) CHECK(world.read_log().error);
    const auto found = world.read_log();
    CHECK_FALSE(found.error);
    CHECK(found.lost == 1);
}

TEST_CASE("a HaloPSA that is away counts against no row", "[reconcile][log]")
{
    ReconcileWorld world;
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min)));
    for (int tries = 0; tries < 10; ++tries) {
        world.model.calls_until_failure = 2;
        CHECK(world.read_log().error);
    }
    world.model.calls_until_failure.reset();
    world.read_log();
    CHECK(world.events() == "reconcile:created:1");
}

TEST_CASE("every page of the log is read, and none beyond the window", "[reconcile][log]")
{
    ReconcileWorld world;
    for (int i = 0; i < 250; ++i) {
        const base::WallTime when = world.at(0min) + std::chrono::seconds{i};
        world.logs("row" + std::to_string(i), i + 1, when,
                   world.body("m" + std::to_string(i), "new ticket logged", i + 1, when));
    }
    world.logs("old", 999, world.at(-1min), world.body("old", "new ticket logged", 999, world.at(-1min)));
    CHECK(world.read_log().recovered == 250);
    CHECK(world.count("events") == 250);
}

TEST_CASE("a reading that ends at any call is gone on with, and stores each event once", "[reconcile][log]")
{
    ReconcileWorld world;
    for (int i = 1; i <= 3; ++i)
        world.logs(
            "row" + std::to_string(i), i, world.at(std::chrono::minutes{i}),
            world.body("m" + std::to_string(i), "new ticket logged", i, world.at(std::chrono::minutes{i})));
    for (int calls = 1; calls <= 3; ++calls) { // the page, the first body, the second
        world.model.calls_until_failure = calls;
        CHECK(world.read_log().error.has_value());
    }
    world.model.calls_until_failure.reset();
    CHECK_FALSE(world.read_log().error.has_value());
    CHECK(world.events() == "reconcile:created:1 reconcile:created:2 reconcile:created:3");
    CHECK(world.place(Place::log) == world.noon);
}

TEST_CASE("the place is kept with each delivery, oldest first", "[reconcile][log]")
{
    ReconcileWorld world;
    world.logs("row2", 2, world.at(20min), world.body("m2", "new ticket logged", 2, world.at(20min)));
    world.logs("row1", 1, world.at(10min), world.body("m1", "new ticket logged", 1, world.at(10min)));
    world.model.calls_until_failure = 3; // after the first body
    world.read_log();
    CHECK(world.place(Place::log) == world.at(10min));
}

TEST_CASE("a reading ends in time", "[reconcile][log]")
{
    ReconcileWorld world;
    world.logs("row1", 1, world.at(1min), world.body("m1", "new ticket logged", 1, world.at(1min)));
    reconcile::Reading reading = world.reading();
    reading.ends = world.clock.steady();
    const auto found = world.run(world.log_reader.read(reading));
    CHECK_FALSE(found.in_time);
    CHECK_FALSE(found.upto);
    CHECK(world.events().empty());
}

TEST_CASE("only our own webhook's log is asked for where HaloPSA tells which it is", "[reconcile][log]")
{
    ReconcileWorld world;
    world.model.webhooks = R"([{"id":"OTHER","url":"https://x/y"},
        {"id":"OURS","url":"https://x/webhooks/halopsa/the-secret-token"}])";
    world.read_log();
    const halo_api::Query query = world.api.asked.at(1).query;
    CHECK(std::find(query.begin(), query.end(), std::pair<std::string, std::string>{"webhook_id", "ours"}) !=
          query.end());
}

TEST_CASE("rights that do not reach the log are told apart from failures", "[reconcile][log]")
{
    ReconcileWorld world;
    world.model.log_allowed = false;
    const auto found = world.read_log();
    CHECK(found.refused);
    CHECK_FALSE(found.error);
}

TEST_CASE("the ledger is equal once all is acknowledged", "[reconcile][ledger]")
{
    ReconcileWorld world;
    world.logs("row1", 1, world.at(5min), world.body("m1", "new ticket logged", 1, world.at(5min)));
    const auto ledger = [&] {
        return world.read([&](store::Database& db) { return store::halo_ledger(db, world.noon - 24h); });
    };
    CHECK_FALSE(ledger().halo);
    CHECK_FALSE(ledger().equal);
    world.read_log();
    CHECK(ledger().halo == 1);
    CHECK(ledger().stored == 1);
    CHECK(ledger().acked == 0);
    CHECK(ledger().equal == false);
    world.write([&](store::Database& db) {
        return store::mark_acked(db, {1, "session", {}}, world.noon).has_value();
    });
    CHECK(ledger().acked == 1);
    CHECK(ledger().equal == true);
}

TEST_CASE("a delivery dated far ahead is stored, and blinds no later reading of the log", "[reconcile][log]")
{
    ReconcileWorld world;
    const auto ahead = GENERATE(std::chrono::hours{20}, std::chrono::hours{24 * 365});
    const base::WallTime when = world.noon + ahead;
    world.logs("row1", 1, when, world.body("m1", "new ticket logged", 1, when));
    CHECK(world.read_log().recovered == 1);
    CHECK(world.place(Place::log) == world.noon);
    world.logs("row2", 2, world.at(5min), world.body("m2", "new ticket logged", 2, world.at(5min)));
    CHECK(world.read_log().recovered == 1);
    CHECK(world.events() == "reconcile:created:1 reconcile:created:2");
}
