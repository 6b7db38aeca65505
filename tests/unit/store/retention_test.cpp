#include "daemon/store/event_log.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/retention.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::WallTime;

namespace {

WallTime after_days(std::int64_t days)
{
    return noon + std::chrono::days{days};
}

RetentionStep step(StoreRig& rig, WallTime now, const RetentionRules& rules = {})
{
    Transaction transaction{rig.db};
    const RetentionStep done = apply_retention(rig.db, rules, now);
    transaction.commit();
    return done;
}

} // namespace

TEST_CASE("bodies of acked events go after body_days, not before", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 3);
    rig.ack(2);
    CHECK(step(rig, after_days(14)).bodies == 0);
    CHECK(step(rig, after_days(14) + std::chrono::milliseconds{1}).bodies == 2);
    CHECK(rig.count("bodies") == 1);
    CHECK(rig.count("events") == 3);
    CHECK(load_stream(rig.db).first_seq == 3);
}

TEST_CASE("what is not acked is kept for ever", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 3);
    RetentionRules rules;
    rules.max_bytes = 1;
    step(rig, after_days(5000), rules);
    step(rig, after_days(5000), rules);
    CHECK(load_events(rig.db, 1).size() == 3);
    CHECK(load_events(rig.db, 1)[0].body_state == BodyState::whole);
    CHECK(load_stream(rig.db).first_seq == 1);
}

TEST_CASE("events and deliveries go after retention_days, with all that tells of them", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 3);
    (void)add_dead_letter(rig.db, {1, GivenUpBy::cloud, "x", ""}, noon);
    rig.ack(1);
    rig.ack(2);
    step(rig, after_days(91));
    CHECK(rig.count("events") == 1);
    CHECK(rig.count("deliveries") == 1);
    CHECK(rig.count("dead_letters") == 0);
    CHECK(rig.count("acks") == 0);
    CHECK(rig.count("repeats") == 0);
    const Stream stream = load_stream(rig.db);
    CHECK(stream.first_seq == 3);
    CHECK(stream.next_seq == 4);
}

TEST_CASE("a replay that waits keeps the bytes of its old delivery", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 2);
    rig.ack(2);
    REQUIRE(replay_event(rig.db, uuid_of(1, 'e'), uuid_of(9, 'e'), after_days(100)).has_value());
    step(rig, after_days(101));
    const auto events = load_events(rig.db, 3);
    REQUIRE(events.size() == 1);
    CHECK(events[0].body_state == BodyState::whole);
    rig.ack(3);
    step(rig, after_days(300));
    CHECK(rig.count("events") == 0);
    CHECK(load_stream(rig.db).first_seq == 4);
}

TEST_CASE("a repeat is known as one for 30 days at least", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 1);
    RetentionRules rules;
    rules.repeat_days = 1;
    step(rig, after_days(30), rules);
    CHECK(rig.count("repeats") == 1);
    step(rig, after_days(30) + std::chrono::milliseconds{1}, rules);
    CHECK(rig.count("repeats") == 0);
}

TEST_CASE("over max_bytes the oldest acked go first: their bytes, then their place", "[store][retention]")
{
    StoreRig rig;
    for (std::int64_t number = 1; number <= 20; ++number) {
        NewDelivery delivery = delivery_of(number);
        delivery.body.assign(50'000, 'x');
        record_delivery(rig.db, delivery, noon);
    }
    rig.ack(15);
    RetentionRules rules;
    rules.max_bytes = 600'000;
    CHECK(step(rig, after_days(1), rules).bodies == 15);
    CHECK(rig.count("events") == 20);
    rules.max_bytes = 1;
    CHECK(step(rig, after_days(1), rules).events == 15);
    CHECK(rig.count("events") == 5);
}

TEST_CASE("a step removes no more than it was allowed, and says that there is more", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 25);
    rig.ack(25);
    const RetentionStep first = apply_retention(rig.db, {}, after_days(20), 10);
    CHECK(first.bodies == 10);
    CHECK(first.more);
    apply_retention(rig.db, {}, after_days(20), 10);
    const RetentionStep last = apply_retention(rig.db, {}, after_days(20), 10);
    CHECK(last.bodies == 5);
    CHECK_FALSE(last.more);
}

TEST_CASE("deliveries that brought nothing new are bounded in number", "[store][retention]")
{
    StoreRig rig;
    rig.store(1, 1);
    for (std::int64_t number = 2; number <= 8; ++number) {
        NewDelivery again = delivery_of(number);
        again.occurrences = {occurrence_of(1)};
        record_delivery(rig.db, again, noon);
    }
    RetentionRules rules;
    rules.repeated_limit = 4;
    step(rig, noon, rules);
    CHECK(rig.db.scalar("SELECT count(*) FROM deliveries WHERE outcome = 'repeated'") == 4);
    CHECK(rig.db.scalar("SELECT min(id) FROM deliveries WHERE outcome = 'repeated'") == 5);
}

TEST_CASE("old rejected deliveries give their space back", "[store][retention]")
{
    StoreRig rig;
    record_rejected(rig.db, delivery_of(1), "signature.wrong", noon);
    step(rig, after_days(91));
    CHECK(rig.count("deliveries") == 0);
    CHECK(rig.db.scalar("SELECT count + bytes FROM rejected_space") == 0);
    CHECK(rig.db.scalar("SELECT total FROM rejected_space") == 1);
}
