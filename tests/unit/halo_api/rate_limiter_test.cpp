#include "daemon/halo_api/rate_limiter.hpp"

#include <catch2/catch.hpp>

namespace mizo::halo_api {

namespace {

using namespace std::chrono_literals;

constexpr base::SteadyTime start{1000h};
constexpr auto later = start + 1000h;

RateRules rules(std::size_t calls, std::size_t at_once = 1000)
{
    RateRules rules;
    rules.calls = calls;
    rules.at_once = at_once;
    return rules;
}

// Enters, goes and leaves; whether it could.
bool goes(RateLimiter& limiter, Purpose purpose, base::SteadyTime now)
{
    const auto id = limiter.enter(purpose, now, now);
    if (!id) return false;
    const auto admitted = limiter.admit(now);
    limiter.leave(*id);
    return admitted == std::vector{*id};
}

int run_of(RateLimiter& limiter, Purpose purpose, base::SteadyTime now)
{
    int count = 0;
    while (goes(limiter, purpose, now)) ++count;
    return count;
}

} // namespace

TEST_CASE("never more than 400 calls go in any 5 minutes", "[halo_api][rate]")
{
    RateLimiter limiter;
    CHECK(run_of(limiter, Purpose::agent, start) == 400);
    CHECK_FALSE(goes(limiter, Purpose::agent, start + 5min - 1ms));
    CHECK(limiter.left(start + 5min - 1ms) == 0);
    CHECK(limiter.left(start + 5min) == 400);
    CHECK(goes(limiter, Purpose::agent, start + 5min));
}

TEST_CASE("the window slides: each call comes free five minutes after it was made", "[halo_api][rate]")
{
    RateLimiter limiter{rules(2)};
    CHECK(goes(limiter, Purpose::agent, start));
    CHECK(goes(limiter, Purpose::agent, start + 1min));
    CHECK(goes(limiter, Purpose::agent, start + 5min));
    CHECK_FALSE(goes(limiter, Purpose::agent, start + 6min - 1ms));
    CHECK(goes(limiter, Purpose::agent, start + 6min));
}

TEST_CASE("work in the background leaves room for agents and tabs", "[halo_api][rate]")
{
    RateLimiter limiter;
    CHECK(run_of(limiter, Purpose::poll, start) == 240);
    CHECK(run_of(limiter, Purpose::reconcile, start) == 0);
    CHECK(run_of(limiter, Purpose::check, start) == 80);
    CHECK(run_of(limiter, Purpose::alert, start) == 0);
    CHECK(run_of(limiter, Purpose::test_ticket, start) == 40);
    CHECK(run_of(limiter, Purpose::tab, start) == 20);
    CHECK(run_of(limiter, Purpose::agent, start) == 20);
}

TEST_CASE("of those who wait, the foremost purpose goes first, then who came first", "[halo_api][rate]")
{
    RateLimiter limiter{rules(100, 2)};
    const auto poll = limiter.enter(Purpose::poll, start, later);
    CHECK(limiter.admit(start) == std::vector{*poll});
    const auto later_poll = limiter.enter(Purpose::poll, start, later);
    const auto agent = limiter.enter(Purpose::agent, start, later);
    const auto later_agent = limiter.enter(Purpose::agent, start, later);
    CHECK(limiter.admit(start) == std::vector{*agent});
    limiter.leave(*agent);
    CHECK(limiter.admit(start) == std::vector{*later_agent});
    limiter.leave(*poll);
    limiter.leave(*later_agent);
    CHECK(limiter.admit(start) == std::vector{*later_poll});
}

TEST_CASE("no more calls than allowed are in hand at once", "[halo_api][rate]")
{
    RateLimiter limiter;
    for (int i = 0; i < 20; ++i) limiter.enter(Purpose::agent, start, later);
    const auto first = limiter.admit(start);
    CHECK(first.size() == 8);
    CHECK_FALSE(limiter.next(start)); // time alone helps nobody
    limiter.leave(first.front());
    CHECK(limiter.admit(start).size() == 1);
}

TEST_CASE("while HaloPSA asks to wait nobody goes, and who cannot wait so long is told at once",
          "[halo_api][rate]")
{
    RateLimiter limiter;
    limiter.hold(start + 10s);
    limiter.hold(start + 5s); // a shorter one does not shorten it
    CHECK_FALSE(limiter.enter(Purpose::agent, start, start + 9'999ms));
    const auto id = limiter.enter(Purpose::agent, start, start + 10s);
    REQUIRE(id);
    CHECK(limiter.admit(start + 9'999ms).empty());
    CHECK(limiter.next(start) == start + 10s);
    CHECK(limiter.admit(start + 10s) == std::vector{*id});
    CHECK_FALSE(limiter.held_until(start + 10s));
}

TEST_CASE("who gives up waiting holds nobody up", "[halo_api][rate]")
{
    RateLimiter limiter{rules(1)};
    CHECK(goes(limiter, Purpose::agent, start));
    const auto first = limiter.enter(Purpose::agent, start, later);
    const auto second = limiter.enter(Purpose::agent, start, later);
    limiter.leave(*first);
    CHECK(limiter.next(start) == start + 5min);
    CHECK(limiter.admit(start + 5min) == std::vector{*second});
    limiter.leave(*second);
    CHECK_FALSE(limiter.next(start + 5min));
}

TEST_CASE("the queue has a bound", "[halo_api][rate]")
{
    RateRules small = rules(1);
    small.waiting_max = 3;
    RateLimiter limiter{small};
    for (int i = 0; i < 3; ++i) CHECK(limiter.enter(Purpose::agent, start, later));
    CHECK_FALSE(limiter.enter(Purpose::agent, start, later));
}

TEST_CASE("requests beside the calls are counted with them", "[halo_api][rate]")
{
    RateLimiter limiter{rules(10)};
    limiter.count(start);
    CHECK(limiter.left(start) == 9);
    for (int i = 0; i < 20; ++i) limiter.count(start); // whatever they are, there is nothing below none
    CHECK(limiter.left(start) == 0);
}

} // namespace mizo::halo_api
