#include "daemon/relay/link_store.hpp"
#include "daemon/store/deliveries.hpp"
#include "tests/support/store_world.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace mizo;
using relay::LoadedEvent;

namespace {

// Stores deliveries 1 to `count`, one event each; event n is of ticket 4000 + n and has n bytes of body.
void store_events(tests::StoreWorld& world, int count)
{
    world.write([&](store::Database& db) {
        for (int n = 1; n <= count; ++n) {
            const std::string number = "00000000000" + std::to_string(n);
            store::NewDelivery delivery;
            delivery.id = "d0000000-0000-7000-8000-" + number;
            delivery.body = std::string(static_cast<std::size_t>(n), 'b');
            delivery.headers = "[]";
            delivery.thumbprint = "AB12";
            delivery.signature = "c2ln";
            delivery.signature_alg = "RSASSA-PKCS1-v1_5-SHA256";
            store::Occurrence& occurrence = delivery.occurrences.emplace_back();
            occurrence.event_id = "e0000000-0000-7000-8000-" + number;
            occurrence.kind = store::EventKind::status_changed;
            occurrence.ticket = 4000 + n;
            occurrence.occurred = base::from_ms(n);
            occurrence.dedup_key = "id:" + std::to_string(n);
            store::record_delivery(db, delivery, world.clock.wall());
        }
        return true;
    });
}

relay::Loaded load(tests::StoreWorld& world, relay::Load wanted)
{
    return world.read([wanted](store::Database& db) { return relay::load(db, wanted); });
}

relay::Load from(relay::Seq seq)
{
    return {7, seq, 256, 1024};
}

} // namespace

TEST_CASE("an event is loaded as the link sends it", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 2);
    const auto loaded = load(world, from(2));
    CHECK(loaded.load == 7);
    CHECK(loaded.first_seq == 1);
    REQUIRE(loaded.events.size() == 1);
    const LoadedEvent& row = loaded.events.front();
    CHECK(row.seq == 2);
    CHECK(row.state == LoadedEvent::State::whole);
    CHECK(row.attempts == 0);
    CHECK(row.event.id == "e0000000-0000-7000-8000-000000000002");
    CHECK(row.event.type == "com.halopsa.ticket.status_changed");
    CHECK(row.event.subject == "ticket/4002");
    CHECK(row.event.time == base::from_ms(2));
    CHECK(row.event.received_at == world.clock.wall());
    CHECK(row.event.data == "bb");
    CHECK(row.event.dedupkey == "id:2");
    CHECK(row.event.origin == "webhook");
    CHECK(row.event.thumbprint == "AB12");
    CHECK(row.event.signature == "c2ln");
    CHECK(row.event.signature_alg == "RSASSA-PKCS1-v1_5-SHA256");
}

TEST_CASE("a load keeps to its limits, and brings one event whatever its size", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 6);
    CHECK(load(world, {1, 1, 3, 1024}).events.size() == 3);
    CHECK(load(world, {1, 1, 256, 5}).events.size() == 2); // 1 + 2 bytes, and 3 more would be 6
    CHECK(load(world, {1, 1, 256, 6}).events.size() == 3);
    CHECK(load(world, {1, 6, 256, 1}).events.size() == 1);
    CHECK(load(world, from(7)).events.empty());
}

TEST_CASE("what is damaged or given up is loaded without its bytes", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 3);
    world.write([&](store::Database& db) {
        relay::record_dead_letter(db, {2, relay::DeadLetterBy::cloud, "schema", "No", world.clock.wall()});
        db.run("UPDATE bodies SET bytes = x'7a7a7a' WHERE length(bytes) = 3");
        return true;
    });
    const auto loaded = load(world, from(1));
    REQUIRE(loaded.events.size() == 3);
    CHECK(loaded.events[0].state == LoadedEvent::State::whole);
    CHECK(loaded.events[1].state == LoadedEvent::State::dead);
    CHECK(loaded.events[1].dead_reason == "schema"); // what the cloud is told when it comes by again
    CHECK(loaded.events[1].event.data.empty());
    CHECK(loaded.events[2].state == LoadedEvent::State::damaged);
    CHECK(loaded.events[2].event.data.empty());
}

TEST_CASE("acks move the stream's mark, and the sendings that ended count as attempts", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 3);
    store::Send lost;
    lost.first_seq = 1;
    lost.last_seq = 3;
    lost.session = "9e2f0000-0000-4000-8000-000000000001";
    lost.outcome = store::SendOutcome::lost;
    relay::MarkAcked mark;
    mark.upto = 2;
    mark.acks = {{1, world.clock.wall()}, {2, world.clock.wall()}};
    mark.session = lost.session;
    const auto stream = world.write([&](store::Database& db) {
        relay::mark(db, mark, {lost});
        return store::load_stream(db);
    });
    CHECK(relay::position_of(stream).acked == 2);
    CHECK(relay::position_of(stream).next_seq == 4);
    CHECK(relay::position_of(stream).first_seq == 1);
    CHECK(load(world, from(3)).events.front().attempts == 1);
}

TEST_CASE("a refusal is counted as one", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 2);
    world.write([&](store::Database& db) {
        relay::record_nack(db, {1, "schema", "No", world.clock.wall()},
                           "9e2f0000-0000-4000-8000-000000000001");
        return true;
    });
    const auto loaded = load(world, from(1));
    REQUIRE(loaded.events.size() == 2);
    CHECK(loaded.events[0].nacks == 1);
    CHECK(loaded.events[1].nacks == 0);
}

TEST_CASE("what the store never had is not acked or given up in silence", "[relay][link_store]")
{
    tests::StoreWorld world;
    store_events(world, 1);
    relay::MarkAcked mark;
    mark.upto = 2;
    mark.acks = {{2, world.clock.wall()}};
    CHECK_THROWS_AS(world.write([&](store::Database& db) {
        relay::mark(db, mark, {});
        return true;
    }),
                    std::logic_error);
    CHECK_THROWS_AS(world.write([&](store::Database& db) {
        relay::record_dead_letter(db, {2, relay::DeadLetterBy::relay, "damaged", "", world.clock.wall()});
        return true;
    }),
                    std::logic_error);
    CHECK(world.read([](store::Database& db) { return store::load_stream(db); }).acked == 0);
}
