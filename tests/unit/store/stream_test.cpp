#include "daemon/base/uuid.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/stream.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::from_ms;

namespace {

Send send_of(std::int64_t first, std::int64_t last, SendOutcome outcome, std::int64_t attempt = 1)
{
    Send send;
    send.first_seq = first;
    send.last_seq = last;
    send.attempt = attempt;
    send.sent = noon;
    send.session = "session";
    send.ended = noon;
    send.outcome = outcome;
    return send;
}

} // namespace

TEST_CASE("a new stream has an epoch of its own and nothing in it", "[store]")
{
    StoreRig one;
    StoreRig other;
    const Stream stream = load_stream(one.db);
    CHECK(mizo::base::is_uuid(stream.epoch));
    CHECK(stream.epoch != load_stream(other.db).epoch);
    CHECK(stream.first_seq == 1);
    CHECK(stream.next_seq == 1);
    CHECK(stream.acked == 0);
}

TEST_CASE("the fence rises by one with each start", "[store]")
{
    StoreRig rig;
    CHECK(begin_boot(rig.db, {"boot-1", "1.0"}, noon) == 1);
    CHECK(begin_boot(rig.db, {"boot-2", "1.0"}, noon) == 2);
    CHECK(rig.count("boots") == 2);
}

TEST_CASE("an ack moves the watermark up, never down", "[store]")
{
    StoreRig rig;
    rig.store(1, 10);
    CHECK(mark_acked(rig.db, {7, "s", {}}, noon)->acked == 7);
    CHECK(mark_acked(rig.db, {5, "s", {}}, noon)->acked == 7);
    CHECK(load_stream(rig.db).acked == 7);
}

TEST_CASE("an ack beyond what was stored is refused and changes nothing", "[store]")
{
    StoreRig rig;
    rig.store(1, 3);
    CHECK(mark_acked(rig.db, {4, "s", {}}, noon).error().kind() == mizo::base::Errc::invalid);
    CHECK(load_stream(rig.db).acked == 0);
    CHECK(mark_acked(rig.db, {3, "s", {}}, noon).has_value());
}

TEST_CASE("going back makes events wait again and keeps when the others were acked", "[store]")
{
    StoreRig rig;
    rig.store(1, 10);
    rig.ack(4, from_ms(1000));
    rig.ack(10, from_ms(2000));
    const Stream stream = go_back(rig.db, 6);
    CHECK(stream.acked == 6);
    CHECK(load_stream(rig.db) == stream);
    CHECK(event_detail(rig.db, uuid_of(4, 'e'))->row.acked == from_ms(1000));
    CHECK(event_detail(rig.db, uuid_of(6, 'e'))->row.acked == from_ms(2000));
    CHECK(event_detail(rig.db, uuid_of(7, 'e'))->row.state == EventState::queued);
    rig.ack(10, from_ms(3000));
    CHECK(event_detail(rig.db, uuid_of(7, 'e'))->row.acked == from_ms(3000));
    CHECK(event_detail(rig.db, uuid_of(6, 'e'))->row.acked == from_ms(2000));
}

TEST_CASE("going back ends at the first event whose bytes are here", "[store]")
{
    StoreRig rig;
    rig.store(1, 10);
    rig.ack(10);
    rig.db.run("UPDATE stream SET first_seq = 4");
    CHECK(go_back(rig.db, 0).acked == 3);
}

TEST_CASE("going back to what is not acked yet changes nothing", "[store]")
{
    StoreRig rig;
    rig.store(1, 5);
    rig.ack(2);
    CHECK(go_back(rig.db, 2).acked == 2);
    CHECK(go_back(rig.db, 4).acked == 2);
}

TEST_CASE("a new epoch keeps the events and their seqs", "[store]")
{
    StoreRig rig;
    rig.store(1, 5);
    rig.ack(2);
    const Stream stream = new_epoch(rig.db, "another");
    CHECK(stream.epoch == "another");
    CHECK(stream.acked == 2);
    CHECK(stream.next_seq == 6);
}

TEST_CASE("a dead letter stays dead once acked past, with its first reason", "[store]")
{
    StoreRig rig;
    rig.store(1, 3);
    REQUIRE(add_dead_letter(rig.db, {2, GivenUpBy::cloud, "schema", "no"}, noon).has_value());
    REQUIRE(add_dead_letter(rig.db, {2, GivenUpBy::relay, "other", "late"}, noon).has_value());
    CHECK(event_detail(rig.db, uuid_of(2, 'e'))->row.state == EventState::dead);
    rig.ack(3);
    const EventRow row = event_detail(rig.db, uuid_of(2, 'e'))->row;
    CHECK(row.state == EventState::dead);
    CHECK(row.dead_code == "schema");
    CHECK_FALSE(row.acked);
    CHECK(add_dead_letter(rig.db, {4, GivenUpBy::cloud, "x", ""}, noon).error().kind() ==
          mizo::base::Errc::invalid);
}

TEST_CASE("attempts of a range count for each event in it", "[store]")
{
    StoreRig rig;
    rig.store(1, 300);
    const std::vector<Send> lost{send_of(1, 256, SendOutcome::lost), send_of(257, 300, SendOutcome::lost)};
    record_sends(rig.db, lost);
    const std::vector<Send> nacked{send_of(256, 256, SendOutcome::nacked, 2)};
    record_sends(rig.db, nacked);
    const auto events = load_events(rig.db, 255, {3, 1'000'000});
    REQUIRE(events.size() == 3);
    CHECK(events[0].attempts == 1);
    CHECK(events[1].attempts == 2);
    CHECK(events[1].nacks == 1);
    CHECK(events[2].attempts == 1);
    CHECK(event_detail(rig.db, uuid_of(256, 'e'))->attempts.size() == 2);
    CHECK(event_detail(rig.db, uuid_of(257, 'e'))->attempts.size() == 1);
}

TEST_CASE("a range longer than 256 is refused by the schema", "[store]")
{
    StoreRig rig;
    const std::vector<Send> right{send_of(1, 256, SendOutcome::lost)};
    CHECK_NOTHROW(record_sends(rig.db, right));
    const std::vector<Send> longer{send_of(1, 257, SendOutcome::lost)};
    CHECK_THROWS_AS(record_sends(rig.db, longer), Failure);
}

TEST_CASE("events are loaded in order, up to a number and to a size", "[store]")
{
    StoreRig rig;
    rig.store(1, 9);
    const auto size = static_cast<std::int64_t>(delivery_of(1).body.size());
    CHECK(load_events(rig.db, 3, {4, 1'000'000}).front().seq == 3);
    CHECK(load_events(rig.db, 3, {4, 1'000'000}).size() == 4);
    CHECK(load_events(rig.db, 1, {100, 3 * size}).size() == 3);
    CHECK(load_events(rig.db, 1, {100, 3 * size - 1}).size() == 2);
    CHECK(load_events(rig.db, 1, {100, 1}).size() == 1);
    CHECK(load_events(rig.db, 10).empty());
}

TEST_CASE("bytes that no longer match their hash are named and never handed out", "[store]")
{
    StoreRig rig;
    rig.store(1, 3);
    rig.db.run("UPDATE bodies SET bytes = x'00' WHERE delivery = 2");
    rig.db.run("DELETE FROM bodies WHERE delivery = 3");
    const auto events = load_events(rig.db, 1);
    REQUIRE(events.size() == 3);
    CHECK(events[0].body_state == BodyState::whole);
    CHECK(events[1].body_state == BodyState::damaged);
    CHECK_FALSE(events[1].body);
    CHECK(events[2].body_state == BodyState::missing);
    CHECK_FALSE(events[2].body);
}

TEST_CASE("an event for the link has every member of the wire", "[store]")
{
    StoreRig rig;
    NewDelivery batch = delivery_of(1);
    batch.occurrences = {occurrence_of(1), occurrence_of(2)};
    batch.occurrences[1].batch_index = 1;
    batch.occurrences[1].occurred = from_ms(777);
    batch.origin = Origin::reconcile;
    record_delivery(rig.db, batch, noon);
    const auto events = load_events(rig.db, 1);
    REQUIRE(events.size() == 2);
    const OutgoingEvent& event = events[1];
    CHECK(event.id == uuid_of(2, 'e'));
    CHECK(event.kind == EventKind::changed);
    CHECK(event.ticket == 4002);
    CHECK(event.occurred == from_ms(777));
    CHECK(event.received == noon);
    CHECK(event.origin == Origin::reconcile);
    CHECK(event.batch_index == 1);
    CHECK(event.dedup_key == "key-2");
    CHECK(event.content_type == "application/json");
    CHECK(event.thumbprint == "AB12");
    CHECK(event.signature == "c2ln");
    CHECK(event.signature_alg == "sha256-pkcs1");
    CHECK(event.body == events[0].body); // one copy for the batch
}
