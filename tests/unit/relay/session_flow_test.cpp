#include "tests/unit/relay/rig.hpp"

namespace mizo::relay {

TEST_CASE("I4: events leave in order of seq, each as the store has it", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    const auto first = rig.expect_frame<EventFrame>();
    CHECK(first.seq == 1);
    CHECK(first.attempt == 1);
    CHECK(first.event.id == "id-1");
    CHECK(first.event.source == "urn:mizo:relay:7b0c");
    rig.expect_events(2, 3);
    rig.expect_nothing();
}

TEST_CASE("I5: no more events are in flight than the window has room for", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 10), welcome({}, {3, 1'000'000}));
    rig.answer(1, 9);
    rig.expect_events(1, 3);
    rig.expect_nothing();
    CHECK(rig.view().in_flight == 3);
    rig.receive(Ack{1, {}});
    rig.expect_events(4, 4);
    rig.expect_nothing();
    rig.receive(Ack{3, Window{4, 1'000'000}});
    rig.expect_events(5, 7);
    rig.expect_nothing();
    rig.receive(
        Ack{4, Window{1, 1'000'000}}); // less than what is in flight: nothing is taken back, nothing added
    rig.expect_nothing();
}

TEST_CASE("I5: no more bytes of event frames are in flight than the window has room for", "[relay]")
{
    const auto two = frame_bytes(1) + frame_bytes(2);
    Rig exact;
    exact.live(Rig::stream(0, 4), welcome({}, {10, two}));
    exact.answer(1, 3);
    exact.expect_events(1, 2);
    exact.expect_nothing();
    CHECK(exact.view().in_flight_bytes == two);

    Rig less;
    less.live(Rig::stream(0, 4), welcome({}, {10, two - 1}));
    less.answer(1, 3);
    less.expect_events(1, 1);
    less.expect_nothing();
}

TEST_CASE("an event that the window can never let through is shown, and goes when the window grows",
          "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 2), welcome({}, {10, frame_bytes(1) - 1}));
    rig.answer(1, 1);
    CHECK(rig.expect<Alert>().code == "link.window_too_small");
    rig.receive(Ack{0, Window{10, frame_bytes(1)}});
    rig.expect_events(1, 1);
    CHECK(rig.expect<Clear>().code == "link.window_too_small");
}

TEST_CASE("a window of no events is a pause, not a dead link", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3), welcome({}, {0, 1'000'000}));
    rig.answer(1, 2);
    rig.expect_nothing();
    for (int i = 0; i < 10; ++i) {
        rig.after(10s);
        rig.receive(Pong{0, {}});
    }
    rig.discard();
    CHECK(rig.view().state == LinkState::live);
    rig.receive(Ack{0, Window{1, 1'000'000}});
    rig.expect_events(1, 1);
}

TEST_CASE("a relay holds no more in flight than its own bound, whatever the cloud offers", "[relay]")
{
    auto settings = Rig::defaults();
    settings.window_max = {2, 1'000'000};
    Rig rig{settings};
    rig.live(Rig::stream(0, 10), welcome({}, {1'000'000'000, 1'000'000'000'000}));
    rig.answer(1, 9);
    rig.expect_events(1, 2);
    rig.expect_nothing();
}

TEST_CASE("I2: nothing counts as acked before the cloud says so, and acks are marked within 250 ms",
          "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.after(1s);
    rig.expect_nothing();
    rig.receive(Ack{2, {}});
    rig.after(249ms);
    rig.expect_nothing();
    rig.after(1ms);
    const auto mark = rig.expect<MarkAcked>();
    CHECK(mark.upto == 2);
    CHECK(mark.session == session_id);
    REQUIRE(mark.sendings.size() == 1);
    CHECK(mark.sendings[0].first_seq == 1);
    CHECK(mark.sendings[0].last_seq == 3);
}

TEST_CASE("sendings and acks keep their own times, and share one within a millisecond", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    const auto send = [&](std::int64_t seq, std::chrono::milliseconds after) {
        rig.after(after);
        rig.push(Stored{seq + 1});
        rig.answer(seq, seq);
        rig.expect_events(seq, seq);
    };
    send(1, 0ms);
    send(2, 0ms);
    send(3, 1ms);
    rig.receive(Ack{1, {}});
    rig.receive(Ack{2, {}});
    rig.after(1ms);
    rig.receive(Ack{3, {}});
    rig.after(249ms);
    const auto mark = rig.expect<MarkAcked>();
    REQUIRE(mark.sendings.size() == 2);
    CHECK(mark.sendings[0].last_seq == 2);
    CHECK(mark.sendings[1].first_at - mark.sendings[0].first_at == 1ms);
    REQUIRE(mark.acks.size() == 2);
    CHECK(mark.acks[0].upto == 2);
    CHECK(mark.acks[1].upto == 3);
    CHECK(mark.acks[1].at - mark.acks[0].at == 1ms);
}

TEST_CASE("a thousand acked events are marked at once, one less waits", "[relay]")
{
    auto settings = Rig::defaults();
    settings.chunk_events = 2000;
    Rig rig{settings};
    rig.live(Rig::stream(0, 1502), welcome({}, {2000, 8'000'000}));
    rig.answer(1, 1501);
    rig.expect_events(1, 1501);
    rig.receive(Ack{999, {}});
    rig.expect_nothing();
    rig.receive(Ack{1000, {}});
    CHECK(rig.expect<MarkAcked>().upto == 1000);
}

TEST_CASE("acks that are late, repeated or of nothing are harmless", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.receive(Ack{2, {}});
    rig.receive(Ack{2, {}});
    rig.receive(Ack{1, {}});
    rig.receive(Ack{0, {}});
    rig.expect_nothing();
    CHECK(rig.view().acked == 2);
}

TEST_CASE("an ack beyond what was sent is a protocol error, of the last one it is not", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4), welcome({}, {2, 1'000'000}));
    rig.answer(1, 3);
    rig.expect_events(1, 2);
    SECTION("of the last one sent")
    {
        rig.receive(Ack{2, {}});
        rig.expect_events(3, 3);
    }
    SECTION("of one not sent")
    {
        rig.receive(Ack{3, {}});
        CHECK(rig.expect<Close>().code == 4003);
        CHECK(rig.view().acked == 0);
    }
}

TEST_CASE("a backlog is read ahead while half of the last chunk waits", "[relay]")
{
    auto settings = Rig::defaults();
    settings.chunk_events = 4;
    Rig rig{settings};
    rig.live(Rig::stream(0, 100), welcome({}, {1, 1'000'000}));
    rig.answer(1, 4);
    rig.expect_events(1, 1);
    rig.expect_nothing(); // three wait
    rig.receive(Ack{1, {}});
    rig.expect_events(2, 2);
    rig.expect_nothing(); // two wait
    rig.receive(Ack{2, {}});
    rig.expect_events(3, 3);
    CHECK(rig.expect<Load>().from_seq == 5); // one waits
    rig.receive(Ack{3, {}});
    rig.expect_events(4, 4);
    rig.expect_nothing(); // one load at a time
}

TEST_CASE("a new event is loaded and sent when the doorbell rings", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.expect_nothing();
    rig.push(Stored{2});
    rig.answer(1, 1);
    rig.expect_events(1, 1);
    rig.push(Stored{2});
    rig.expect_nothing();
}

TEST_CASE("a nack sends that event and all after it again, in order, not before retry_ms", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.receive(Nack{2, "busy", "later", false, 500});
    const auto nack = rig.expect<RecordNack>();
    CHECK(nack.seq == 2);
    CHECK(nack.code == "busy");
    rig.expect<MarkAcked>(); // the sendings are on record before the events are loaded again
    auto again = std::vector{loaded_event(2), loaded_event(3)};
    again[0].attempts = 1;
    rig.answer(again);
    rig.receive(Ack{1, {}});
    rig.after(499ms);
    rig.discard();
    rig.after(1ms);
    const auto second = rig.expect_frame<EventFrame>();
    CHECK(second.seq == 2);
    CHECK(second.attempt == 2);
    rig.expect_events(3, 3);
}

TEST_CASE("the tenth nack makes a dead letter and a skip, the ninth does not", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    auto refused = std::vector{loaded_event(1), loaded_event(2)};
    refused[0].nacks = 8;
    rig.answer(refused);
    rig.expect_events(1, 2);
    rig.receive(Nack{1, "busy", "later", false, 0});
    rig.expect<RecordNack>();
    rig.expect<MarkAcked>();
    refused[0].nacks = 9;
    rig.answer(refused);
    rig.expect_events(1, 2);

    rig.receive(Nack{1, "busy", "later", false, 1000});
    rig.expect<RecordNack>();
    const auto letter = rig.expect<DeadLetter>();
    CHECK(letter.seq == 1);
    CHECK(letter.by == DeadLetterBy::relay);
    CHECK(letter.code == "nacked");
    rig.expect<MarkAcked>();
    refused[0].state = LoadedEvent::State::dead;
    refused[0].dead_reason = "nacked";
    rig.answer(refused); // and there is nothing to wait for
    CHECK(rig.expect_frame<Skip>() == Skip{1, "nacked"});
    rig.expect_events(2, 2);
}

TEST_CASE("I7: a final nack is a dead letter of that event alone, and the acks go past it", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.receive(Nack{2, "unreadable", "no such type", true, 0});
    const auto letter = rig.expect<DeadLetter>();
    CHECK(letter.seq == 2);
    CHECK(letter.by == DeadLetterBy::cloud);
    CHECK(letter.text == "no such type");
    rig.receive(Nack{2, "unreadable", "no such type", true, 0});
    rig.expect_nothing();
    rig.receive(Ack{3, {}});
    CHECK(rig.view().acked == 3);
    CHECK(rig.view().state == LinkState::live);
}

TEST_CASE("a nack of what is not in flight is harmless, of what was never sent a protocol error", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    rig.answer(1, 2);
    rig.expect_events(1, 2);
    rig.receive(Ack{1, {}});
    rig.receive(Nack{1, "busy", "", false, 0});
    rig.expect_nothing();
    rig.receive(Nack{3, "busy", "", false, 0});
    CHECK(rig.expect<Close>().code == 4003);
}

TEST_CASE("an event whose bytes are damaged is never sent: dead letter, skip, and the next one", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    auto events = std::vector{loaded_event(1), loaded_event(2)};
    events[0].state = LoadedEvent::State::damaged;
    rig.answer(events);
    const auto letter = rig.expect<DeadLetter>();
    CHECK(letter.seq == 1);
    CHECK(letter.code == "damaged");
    CHECK(rig.expect_frame<Skip>() == Skip{1, "damaged"});
    rig.expect_events(2, 2);
}

TEST_CASE("an event larger than max_message becomes a dead letter, at the limit it is sent", "[relay]")
{
    auto limited = welcome();
    limited.max_message = frame_bytes(1, 2000);
    Rig rig;
    rig.live(Rig::stream(0, 2), limited);
    rig.answer(1, 1, 2000);
    rig.expect_events(1, 1);

    --limited.max_message;
    Rig over;
    over.live(Rig::stream(0, 2), limited);
    over.answer(1, 1, 2000);
    CHECK(over.expect<DeadLetter>().code == "too_large");
    CHECK(over.expect_frame<Skip>() == Skip{1, "too_large"});
}

TEST_CASE("skips take a place in the window", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4), welcome({}, {2, 1'000'000}));
    std::vector<LoadedEvent> events{loaded_event(1), loaded_event(2), loaded_event(3)};
    for (auto& event : events) event.state = LoadedEvent::State::dead;
    rig.answer(events);
    CHECK(rig.expect_frame<Skip>().seq == 1);
    CHECK(rig.expect_frame<Skip>().seq == 2);
    rig.expect_nothing();
}

TEST_CASE("a rewind sends again what was acked, and un-acks nothing", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(5, 8), welcome({}, {2, 1'000'000}));
    rig.answer(6, 7);
    rig.expect_events(6, 7);
    rig.receive(Rewind{3, "a replica was lost"});
    rig.expect<MarkAcked>();
    rig.answer(3, 7);
    rig.expect_events(3, 4); // the window counts from there
    rig.expect_nothing();
    CHECK(rig.view().acked == 5);
    rig.receive(Ack{4, {}});
    CHECK(rig.view().acked == 5);
    rig.expect_events(5, 6);
    rig.receive(Ack{6, {}});
    CHECK(rig.view().acked == 6);
    rig.expect_events(7, 7);
}

TEST_CASE("a rewind beyond what retention has leaves a gap", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(5, 7, 4));
    rig.answer(6, 6);
    rig.expect_events(6, 6);
    rig.receive(Rewind{2, "a replica was lost"});
    rig.expect<MarkAcked>();
    rig.answer({loaded_event(4), loaded_event(5), loaded_event(6)}, 4);
    CHECK(rig.expect_frame<Gap>() == Gap{2, 4});
    rig.expect_events(4, 6);
}

TEST_CASE("a rewind to the next event is nothing, beyond it a protocol error", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    rig.answer(1, 2);
    rig.expect_events(1, 2);
    rig.receive(Rewind{3, ""});
    rig.expect_nothing();
    rig.receive(Rewind{4, ""});
    rig.discard();
    CHECK(rig.view().disconnects.back().code == 4003);
}

TEST_CASE("an answer of the store from before a step back is not used", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 600), welcome({}, {10'000, 8'000'000}));
    rig.answer(1, 256);
    rig.expect_events(1, 256);
    const auto ahead = rig.expect<Load>();
    rig.receive(Rewind{7, ""});
    rig.expect<MarkAcked>();
    const auto again = rig.expect<Load>();
    CHECK(again.from_seq == 7);
    rig.push(Loaded{ahead.load, 1, {loaded_event(257)}});
    rig.expect_nothing();
    rig.push(Loaded{again.load, 1, {loaded_event(7)}});
    rig.expect_events(7, 7);
}

TEST_CASE("a hole in the store is told as a gap, not waited for", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 6));
    rig.answer({loaded_event(1), loaded_event(4), loaded_event(5)});
    rig.expect_events(1, 1);
    CHECK(rig.expect_frame<Gap>() == Gap{2, 4});
    rig.expect_events(4, 5);
    rig.receive(Ack{5, {}});
    CHECK(rig.view().acked == 5);
}

TEST_CASE("a store that has nothing where the stream goes on is asked again after a second", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 6));
    rig.answer(std::vector<LoadedEvent>{});
    rig.after(999ms);
    rig.expect_nothing();
    rig.after(1ms);
    CHECK(rig.expect<Load>().from_seq == 1);
    CHECK(rig.logged_field("the store has no event where the stream goes on", "seq") == "1");
}

TEST_CASE("I6: after a lost link everything that is not acked is sent again with the same id", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.receive(Ack{1, {}});
    rig.closed(1006);
    CHECK(rig.expect<MarkAcked>().upto == 1);
    rig.reconnect(welcome(Resume{epoch_a, 1}));
    rig.answer(2, 3);
    const auto again = rig.expect_frame<EventFrame>();
    CHECK(again.seq == 2);
    CHECK(again.event.id == "id-2");
    rig.expect_events(3, 3);
}

TEST_CASE("a mark that was lost costs a duplicate, never an event", "[relay]")
{
    Rig rig; // the store still holds 1 as the last acked, the cloud knows better
    rig.live(Rig::stream(1, 6), welcome(Resume{epoch_a, 4}));
    CHECK(rig.expect<Load>().from_seq == 5);

    Rig unknown; // the cloud does not
    unknown.live(Rig::stream(1, 6), welcome());
    CHECK(unknown.expect<Load>().from_seq == 2);
}

} // namespace mizo::relay
