#include "daemon/app/minute_recorder.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace std::chrono_literals;

namespace {

const base::WallTime noon = base::from_ms(1'764'590'400'000); // on a full minute

relay::Loaded loaded(relay::Seq first, relay::Seq last, base::WallTime received)
{
    relay::Loaded loaded;
    for (relay::Seq seq = first; seq <= last; ++seq) {
        relay::LoadedEvent event;
        event.seq = seq;
        event.event.received_at = received;
        loaded.events.push_back(std::move(event));
    }
    return loaded;
}

} // namespace

TEST_CASE("the running minute is written every five seconds, and its last word at its end", "[app]")
{
    app::MinuteRecorder recorder{noon};
    intake::Counters counters;
    relay::Latencies latencies;
    counters.accepted = 3;
    CHECK_FALSE(recorder.tick(noon + 4'999ms, counters, latencies));
    const auto running = recorder.tick(noon + 5s, counters, latencies);
    REQUIRE(running);
    CHECK(running->minute == noon);
    CHECK(running->accepted == 3);
    CHECK_FALSE(recorder.tick(noon + 6s, counters, latencies));

    counters.accepted = 5;
    const auto ended = recorder.tick(noon + 60s, counters, latencies);
    REQUIRE(ended);
    CHECK(ended->minute == noon);
    CHECK(ended->accepted == 5);

    counters.accepted = 6;
    const auto next = recorder.tick(noon + 65s, counters, latencies);
    REQUIRE(next);
    CHECK(next->minute == noon + 60s);
    CHECK(next->accepted == 1);
}

TEST_CASE("a clock that is set back does not hold up writing", "[app]")
{
    app::MinuteRecorder recorder{noon};
    relay::Latencies latencies;
    CHECK(recorder.tick(noon - 1h, {}, latencies));
    CHECK_FALSE(recorder.tick(noon - 1h + 1s, {}, latencies));
    CHECK(recorder.tick(noon - 1h + 5s, {}, latencies));
}

TEST_CASE("a minute knows how long its events took to the ack", "[app][relay]")
{
    relay::Latencies latencies;
    latencies.loaded(loaded(1, 100, noon));
    std::vector<relay::AckTime> acks;
    for (relay::Seq seq = 1; seq <= 100; ++seq) acks.push_back({seq, noon + std::chrono::milliseconds{seq}});
    latencies.acked(acks);
    CHECK(latencies.summary().count == 100);
    CHECK(latencies.summary().p50_ms == 50);
    CHECK(latencies.summary().p99_ms == 99);
    latencies.restart();
    CHECK(latencies.summary().count == 0);
    CHECK_FALSE(latencies.summary().p50_ms);
}

TEST_CASE("events that are loaded again after a step back are counted once", "[relay]")
{
    relay::Latencies latencies;
    latencies.loaded(loaded(1, 3, noon));
    latencies.loaded(loaded(2, 3, noon));
    latencies.acked({{3, noon + 7ms}});
    CHECK(latencies.summary().count == 3);
}
