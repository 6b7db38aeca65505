#include "daemon/relay/backoff.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

namespace mizo::relay {

using namespace std::chrono_literals;

TEST_CASE("each ceiling is twice the one before, up to a minute", "[backoff]")
{
    Backoff backoff;
    for (const auto ceiling : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}) {
        CHECK(backoff.ceiling() == ceiling);
        backoff.next(0);
    }
    backoff.reset();
    CHECK(backoff.ceiling() == 1s);
}

TEST_CASE("the jitter is full: from nothing up to the ceiling", "[backoff]")
{
    CHECK(Backoff{}.next(0) == 0ms);
    CHECK(Backoff{}.next(0.5) == 500ms);
    CHECK(Backoff{}.next(0.999) == 999ms);
}

TEST_CASE("a refusal that only a person can lift waits 1 to 10 minutes", "[backoff]")
{
    CHECK(slow_delay(0) == 1min);
    CHECK(slow_delay(0.5) == 330s);
    CHECK(slow_delay(0.999999) < 10min);
}

TEST_CASE("a thousand relays whose cloud stays away spread over the minute", "[backoff]")
{
    std::mt19937 random{7};
    std::uniform_real_distribution<double> unit{0, 1};
    std::map<std::int64_t, int> tries_in_second;
    for (int relay = 0; relay < 1000; ++relay) {
        Backoff backoff;
        auto at = 0ms;
        for (int i = 0; i < 20; ++i) {
            at += backoff.next(unit(random));
            ++tries_in_second[at / 1s];
        }
    }
    // After the first rush no second sees more than a small part of them.
    int most = 0;
    for (const auto& [second, tries] : tries_in_second)
        if (second >= 60 && second < 300) most = std::max(most, tries);
    CHECK(most < 60);
}

} // namespace mizo::relay
