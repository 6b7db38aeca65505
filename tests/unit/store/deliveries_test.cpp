#include "daemon/store/deliveries.hpp"
#include "daemon/store/outgoing.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::Errc;

TEST_CASE("a delivery's events get the next seqs without a gap", "[store]")
{
    StoreRig rig;
    rig.store(1, 3);
    NewDelivery batch = delivery_of(4);
    batch.occurrences = {occurrence_of(4), occurrence_of(5), occurrence_of(6)};
    const Recorded recorded = record_delivery(rig.db, batch, noon);
    REQUIRE(recorded.events.size() == 3);
    CHECK(recorded.outcome == Outcome::accepted);
    CHECK(recorded.events[0].seq == 4);
    CHECK(recorded.events[2].seq == 6);
    CHECK(load_stream(rig.db).next_seq == 7);
}

TEST_CASE("an event that arrives twice is stored once", "[store]")
{
    StoreRig rig;
    rig.store(1, 1);
    NewDelivery again = delivery_of(2);
    again.occurrences[0].dedup_key = "key-1";
    const Recorded recorded = record_delivery(rig.db, again, noon);
    CHECK(recorded.outcome == Outcome::repeated);
    CHECK(recorded.repeat_of == uuid_of(1, 'd'));
    CHECK(recorded.events.empty());
    CHECK(rig.count("events") == 1);
    CHECK(rig.count("deliveries") == 2);
    CHECK(rig.count("bodies") == 1);
    CHECK(load_stream(rig.db).next_seq == 2);
}

TEST_CASE("of a batch only what is new becomes an event", "[store]")
{
    StoreRig rig;
    rig.store(1, 1);
    NewDelivery batch = delivery_of(2);
    batch.occurrences = {occurrence_of(1), occurrence_of(2), occurrence_of(2)};
    batch.occurrences[0].event_id = uuid_of(91, 'e');
    batch.occurrences[2].event_id = uuid_of(92, 'e');
    const Recorded recorded = record_delivery(rig.db, batch, noon);
    CHECK(recorded.outcome == Outcome::accepted);
    REQUIRE(recorded.events.size() == 1);
    CHECK(recorded.events[0].occurrence == 1);
    CHECK(recorded.events[0].seq == 2);
}

TEST_CASE("an event out of scope is stored without a seq and not loaded for the link", "[store]")
{
    StoreRig rig;
    NewDelivery batch = delivery_of(1);
    batch.occurrences = {occurrence_of(1), occurrence_of(2)};
    batch.occurrences[0].in_scope = false;
    const Recorded recorded = record_delivery(rig.db, batch, noon);
    CHECK_FALSE(recorded.events[0].seq);
    CHECK(recorded.events[1].seq == 1);
    CHECK(load_events(rig.db, 1).size() == 1);
    CHECK(rig.count("events") == 2);
}

TEST_CASE("a rejected delivery is kept and takes no seq", "[store]")
{
    StoreRig rig;
    record_rejected(rig.db, delivery_of(1), "signature.missing", noon);
    CHECK(rig.count("deliveries") == 1);
    CHECK(rig.count("events") == 0);
    CHECK(rig.count("repeats") == 0);
    CHECK(load_stream(rig.db).next_seq == 1);
}

TEST_CASE("rejected deliveries push out only the oldest of their own", "[store]")
{
    StoreRig rig;
    rig.store(1, 5);
    const RejectedLimits limits{3, 1'000'000};
    for (int number = 11; number <= 13; ++number)
        record_rejected(rig.db, delivery_of(number), "signature.wrong", noon);
    make_room_for_rejected(rig.db, limits);
    CHECK(rig.count("deliveries") == 8);
    record_rejected(rig.db, delivery_of(14), "signature.wrong", noon);
    make_room_for_rejected(rig.db, limits);
    CHECK(rig.count("deliveries") == 8);
    CHECK(rig.db.scalar("SELECT min(id) FROM deliveries WHERE outcome = 'rejected'") == 7);
    CHECK(rig.db.scalar("SELECT total FROM rejected_space") == 4);
    CHECK(rig.db.scalar("SELECT count FROM rejected_space") == 3);
    CHECK(load_events(rig.db, 1).size() == 5);
}

TEST_CASE("the bytes of rejected deliveries are bounded too", "[store]")
{
    StoreRig rig;
    NewDelivery large = delivery_of(1);
    large.body.assign(400'000, 'x');
    for (int number = 1; number <= 5; ++number) {
        large.id = uuid_of(number, 'd');
        record_rejected(rig.db, large, "signature.wrong", noon);
        make_room_for_rejected(rig.db, {10'000, 1'000'000});
    }
    CHECK(rig.count("deliveries") == 2);
    CHECK(rig.count("bodies") == 2);
    CHECK(rig.db.scalar("SELECT bytes FROM rejected_space") <= 1'000'000);
}

TEST_CASE("a replay is an event of its own with the same bytes", "[store]")
{
    StoreRig rig;
    rig.store(1, 2);
    rig.ack(2);
    const auto replayed = replay_event(rig.db, uuid_of(1, 'e'), uuid_of(9, 'e'), noon);
    REQUIRE(replayed.has_value());
    CHECK(replayed->seq == 3);
    const auto events = load_events(rig.db, 3);
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == uuid_of(9, 'e'));
    CHECK(events[0].replay_of == uuid_of(1, 'e'));
    CHECK(*events[0].body == delivery_of(1).body);
}

TEST_CASE("what cannot be sent again says why", "[store]")
{
    StoreRig rig;
    NewDelivery unscoped = delivery_of(1);
    unscoped.occurrences[0].in_scope = false;
    record_delivery(rig.db, unscoped, noon);
    rig.store(2, 2);
    rig.db.run("DELETE FROM bodies WHERE delivery = 2");
    CHECK(replay_event(rig.db, uuid_of(7, 'e'), uuid_of(9, 'e'), noon).error().kind() == Errc::not_found);
    CHECK(replay_event(rig.db, uuid_of(1, 'e'), uuid_of(9, 'e'), noon).error().kind() == Errc::conflict);
    CHECK(replay_event(rig.db, uuid_of(2, 'e'), uuid_of(9, 'e'), noon).error().kind() == Errc::gone);
    CHECK(load_stream(rig.db).next_seq == 2);
}
