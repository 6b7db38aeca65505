#include "daemon/store/delivery_log.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/text_search.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::Errc;
using mizo::base::from_ms;

namespace {

// The last digits of the ids, which tell their numbers.
template <class Row>
std::string numbers(const mizo::base::Result<Page<Row>>& page)
{
    std::string text;
    for (const Row& row : page.value().items)
        text += (text.empty() ? "" : " ") + std::to_string(std::stoll(row.id.substr(24)));
    return text;
}

std::string events(StoreRig& rig, const EventFilter& filter)
{
    return numbers(list_events(rig.db, filter, {}));
}

std::string deliveries(StoreRig& rig, const DeliveryFilter& filter)
{
    return numbers(list_deliveries(rig.db, filter, {}));
}

// 1, 2 acked; 3 dead; 4 unscoped; 5, 6 queued; 7 repeated; 8 rejected.
struct LogRig : StoreRig {
    LogRig()
    {
        for (std::int64_t number = 1; number <= 6; ++number) {
            NewDelivery delivery = mizo::tests::delivery_of(number);
            delivery.occurrences[0].in_scope = number != 4;
            if (number == 2) delivery.occurrences[0].kind = EventKind::created;
            if (number == 5) delivery.occurrences[0].title = "Élan vital";
            if (number == 6) delivery.origin = Origin::poll;
            record_delivery(db, delivery, from_ms(1000 * number));
        }
        NewDelivery again = mizo::tests::delivery_of(7);
        again.occurrences = {occurrence_of(1)};
        record_delivery(db, again, from_ms(7000));
        NewDelivery forged = mizo::tests::delivery_of(8);
        forged.remote = "198.51.100.9";
        record_rejected(db, forged, "signature.wrong", from_ms(8000));
        (void)add_dead_letter(db, {3, GivenUpBy::cloud, "schema", "no"}, from_ms(9000));
        ack(3, from_ms(9500));
    }
};

} // namespace

TEST_CASE("lists are newest first", "[store][log]")
{
    LogRig rig;
    CHECK(deliveries(rig, {}) == "8 7 6 5 4 3 2 1");
    CHECK(events(rig, {}) == "6 5 4 3 2 1");
}

TEST_CASE("events are listed by state", "[store][log]")
{
    LogRig rig;
    EventFilter filter;
    filter.states = {EventState::queued};
    CHECK(events(rig, filter) == "6 5");
    filter.states = {EventState::acked};
    CHECK(events(rig, filter) == "2 1");
    filter.states = {EventState::dead};
    CHECK(events(rig, filter) == "3");
    filter.states = {EventState::unscoped};
    CHECK(events(rig, filter) == "4");
    filter.states = {EventState::dead, EventState::queued};
    CHECK(events(rig, filter) == "6 5 3");
}

TEST_CASE("events are listed by ticket, kind, origin and time", "[store][log]")
{
    LogRig rig;
    EventFilter filter;
    filter.ticket = 4002;
    CHECK(events(rig, filter) == "2");
    filter = {};
    filter.kinds = {EventKind::created, EventKind::other};
    CHECK(events(rig, filter) == "2");
    filter = {};
    filter.origins = {Origin::poll};
    CHECK(events(rig, filter) == "6");
    filter = {};
    filter.after = from_ms(2000);
    filter.before = from_ms(5000);
    CHECK(events(rig, filter) == "4 3 2");
    filter.after = from_ms(90'000);
    filter.before = {};
    CHECK(events(rig, filter).empty());
}

TEST_CASE("words must all occur, and case does not count", "[store][log]")
{
    LogRig rig;
    EventFilter filter;
    filter.q = "printer CHANGED 4006";
    CHECK(events(rig, filter) == "6");
    filter.q = "ÉLAN";
    CHECK(events(rig, filter) == "5");
    filter.q = "printer élan";
    CHECK(events(rig, filter).empty());
    filter.q = uuid_of(3, 'd');
    CHECK(events(rig, filter) == "3");
    filter.q = uuid_of(99, 'd');
    CHECK(events(rig, filter).empty());
    CHECK(fold_case("ÀÉÎŒŸ ÇÑ ΑΩ ЖЯЁ ÷×") == "àéîœÿ çñ αω жяё ÷×");
}

TEST_CASE("deliveries are listed by outcome, state, ticket, kind, time and words", "[store][log]")
{
    LogRig rig;
    DeliveryFilter filter;
    filter.outcomes = {Outcome::rejected};
    CHECK(deliveries(rig, filter) == "8");
    filter.outcomes = {Outcome::rejected, Outcome::repeated};
    CHECK(deliveries(rig, filter) == "8 7");
    filter = {};
    filter.states = {EventState::queued};
    CHECK(deliveries(rig, filter) == "6 5");
    filter.states = {EventState::dead};
    CHECK(deliveries(rig, filter) == "3");
    filter = {};
    filter.ticket = 4001;
    CHECK(deliveries(rig, filter) == "1");
    filter = {};
    filter.kinds = {EventKind::created};
    CHECK(deliveries(rig, filter) == "2");
    filter = {};
    filter.before = from_ms(3000);
    CHECK(deliveries(rig, filter) == "2 1");
    filter = {};
    filter.q = "198.51";
    CHECK(deliveries(rig, filter) == "8");
    filter.q = "élan 192.0";
    CHECK(deliveries(rig, filter) == "5");
    filter.q = uuid_of(2, 'e');
    CHECK(deliveries(rig, filter) == "2");
}

TEST_CASE("pages join without a gap or a double", "[store][log]")
{
    LogRig rig;
    const auto first = list_deliveries(rig.db, {}, {3, {}});
    CHECK(numbers(first) == "8 7 6");
    rig.store(9, 9); // what arrives meanwhile does not move the rest
    const auto second = list_deliveries(rig.db, {}, {3, first->next_cursor});
    CHECK(numbers(second) == "5 4 3");
    const auto third = list_deliveries(rig.db, {}, {3, second->next_cursor});
    CHECK(numbers(third) == "2 1");
    CHECK_FALSE(third->next_cursor);
    CHECK(list_deliveries(rig.db, {}, {3, "none"}).error().code() == "cursor_invalid");
    CHECK(list_events(rig.db, {}, {3, "-1"}).error().kind() == Errc::malformed);
}

TEST_CASE("a search looks at a bounded number of rows and says where to go on", "[store][log]")
{
    StoreRig rig;
    rig.db.run(R"sql(
        INSERT INTO deliveries (uuid, received_ms, outcome, origin, remote, method, path, status, duration_us,
            headers, content_type, body_size, body_sha256, verification)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
        SELECT 'd' || i, i, 'accepted', 'webhook', 'r' || i, 'POST', '', 200, 0,
            '', '', 0, zeroblob(32), '' FROM n
    )sql");
    DeliveryFilter filter;
    filter.q = "r1";
    CHECK(list_deliveries(rig.db, filter, {50, {}})->items.size() == 50);
    filter.q = "nowhere";
    const auto first = list_deliveries(rig.db, filter, {50, {}});
    CHECK(first->items.empty());
    REQUIRE(first->next_cursor);
    CHECK_FALSE(list_deliveries(rig.db, filter, {50, first->next_cursor})->next_cursor);
}

TEST_CASE("a delivery's line sums up its events", "[store][log]")
{
    StoreRig rig;
    NewDelivery batch = mizo::tests::delivery_of(1);
    batch.occurrences = {occurrence_of(1), occurrence_of(2), occurrence_of(3)};
    batch.occurrences[2].kind = EventKind::created;
    record_delivery(rig.db, batch, from_ms(100));
    rig.ack(2, from_ms(500));
    DeliveryRow row = find_delivery(rig.db, uuid_of(1, 'd')).value();
    CHECK(row.events == 3);
    CHECK(row.event_kinds == std::vector{EventKind::changed, EventKind::created});
    CHECK(row.mixed);
    CHECK_FALSE(row.state);
    CHECK_FALSE(row.acked);
    rig.ack(3, from_ms(700));
    // A replay has a fate of its own.
    REQUIRE(replay_event(rig.db, uuid_of(1, 'e'), uuid_of(9, 'e'), from_ms(800)).has_value());
    row = find_delivery(rig.db, uuid_of(1, 'd')).value();
    CHECK(row.state == EventState::acked);
    CHECK(row.acked == from_ms(700));
    CHECK(row.events == 3);
    CHECK(row.ticket == 4001);
}

TEST_CASE("the detail has the body, the events and their attempts", "[store][log]")
{
    LogRig rig;
    Send send{1, 3, 1, from_ms(9400), "session", from_ms(9500), SendOutcome::acked, {}, {}};
    record_sends(rig.db, std::vector{send});
    const DeliveryDetail detail = delivery_detail(rig.db, uuid_of(2, 'd'), 5).value();
    CHECK(detail.body == "{\"num");
    CHECK(detail.body_available);
    CHECK(detail.body_sha256.size() == 64);
    REQUIRE(detail.events.size() == 1);
    CHECK(detail.events[0].attempts.size() == 1);
    CHECK(detail.events[0].row.acked == from_ms(9500));
    CHECK(delivery_detail(rig.db, uuid_of(7, 'd'))->repeat_of == uuid_of(1, 'd'));
    CHECK_FALSE(delivery_detail(rig.db, uuid_of(7, 'd'))->body_available);
    CHECK(delivery_detail(rig.db, uuid_of(99, 'd')).error().kind() == Errc::not_found);
}

TEST_CASE("a body is given exactly, or it is said why not", "[store][log]")
{
    LogRig rig;
    CHECK(delivery_body(rig.db, uuid_of(1, 'd')).value() == mizo::tests::delivery_of(1).body);
    CHECK(delivery_body(rig.db, uuid_of(7, 'd')).error().kind() == Errc::gone);
    CHECK(delivery_body(rig.db, uuid_of(99, 'd')).error().kind() == Errc::not_found);
    rig.db.run("UPDATE bodies SET bytes = x'00' WHERE delivery = 1");
    CHECK(delivery_body(rig.db, uuid_of(1, 'd')).error().kind() == Errc::internal);
}

TEST_CASE("the queue and the ledger count what waits, left, died or was not meant", "[store][log]")
{
    LogRig rig;
    QueueCounts queue = count_queue(rig.db);
    CHECK(queue.queued == 2);
    CHECK(queue.oldest == from_ms(5000));
    CHECK(queue.dead == 1);
    CHECK(queue.bytes > 0);
    (void)add_dead_letter(rig.db, {4, GivenUpBy::relay, "nacked", ""}, noon); // event 5, still to be acked
    queue = count_queue(rig.db);
    CHECK(queue.queued == 1);
    CHECK(queue.oldest == from_ms(6000));
    const Ledger all = count_ledger(rig.db, from_ms(0));
    CHECK(all.received == 6);
    CHECK(all.stored == 6);
    CHECK(all.acked == 2);
    CHECK(all.unscoped == 1);
    CHECK(all.dead == 2);
    REQUIRE(replay_event(rig.db, uuid_of(1, 'e'), uuid_of(9, 'e'), from_ms(9900)).has_value());
    CHECK(count_ledger(rig.db, from_ms(2000)).received == 5);
    const LastSuccess last = last_success(rig.db);
    CHECK(last.accepted == from_ms(7000));
    CHECK(last.rejected == from_ms(8000));
    CHECK(last.acked == from_ms(9500));
}

TEST_CASE("a bulk replay is counted before it is done", "[store][log]")
{
    LogRig rig;
    rig.db.run("DELETE FROM bodies WHERE delivery = 2");
    const ReplayCount count = count_replayable(rig.db, {});
    CHECK(count.matched == 6);
    CHECK(count.replayable == 4);
    CHECK(count.without_body == 1);
    CHECK(count.unscoped == 1);
    CHECK(count.oldest == from_ms(1000));
    CHECK(count.newest == from_ms(6000));
    EventFilter acked;
    acked.states = {EventState::acked};
    CHECK(count_replayable(rig.db, acked).matched == 2);
}
