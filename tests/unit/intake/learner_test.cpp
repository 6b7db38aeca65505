#include "daemon/intake/learner.hpp"
#include "daemon/intake/token_bucket.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace std::chrono_literals;
using intake::Learner;
using State = Learner::State;

namespace {

const base::WallTime start = base::from_ms(1'795'514'400'000);

intake::Lesson matching()
{
    intake::Lesson lesson;
    lesson.match.emplace();
    lesson.thumbprint = "AB12";
    return lesson;
}

} // namespace

TEST_CASE("a learner waits from its start on for thirty minutes", "[intake][learner]")
{
    Learner learner;
    CHECK(learner.progress(start).state == State::idle);
    CHECK_FALSE(learner.waiting(start));
    learner.start(start);
    CHECK(learner.progress(start).state == State::waiting);
    CHECK(learner.progress(start).started == start);
    CHECK(learner.progress(start).expires == start + 30min);
    CHECK(learner.waiting(start + 30min - 1ms));
    CHECK(learner.progress(start + 30min - 1ms).state == State::waiting);
    CHECK_FALSE(learner.waiting(start + 30min));
    CHECK(learner.progress(start + 30min).state == State::expired);
}

TEST_CASE("a delivery that matches ends the wait", "[intake][learner]")
{
    Learner learner;
    learner.start(start);
    learner.observe(matching(), "d1", start + 1s);
    const auto progress = learner.progress(start + 2s);
    CHECK(progress.state == State::matched);
    CHECK(progress.delivery_id == "d1");
    CHECK(progress.received == start + 1s);
    CHECK(progress.lesson.thumbprint == "AB12");
    CHECK_FALSE(learner.waiting(start + 2s));
    // What comes later changes nothing, and time does not take it away.
    learner.observe({}, "d2", start + 3s);
    CHECK(learner.progress(start + 24h).state == State::matched);
    CHECK(learner.progress(start + 24h).delivery_id == "d1");
    learner.confirmed();
    CHECK(learner.progress(start + 24h).state == State::confirmed);
}

TEST_CASE("a delivery without a match leaves the next one its turn", "[intake][learner]")
{
    Learner learner;
    learner.start(start);
    learner.observe({}, "d1", start + 1s);
    CHECK(learner.progress(start + 1s).state == State::no_match);
    CHECK(learner.waiting(start + 1s));
    learner.observe(matching(), "d2", start + 2s);
    CHECK(learner.progress(start + 2s).state == State::matched);
    CHECK(learner.progress(start + 2s).delivery_id == "d2");
}

TEST_CASE("what comes without a wait, or after it, is not observed", "[intake][learner]")
{
    Learner learner;
    learner.observe(matching(), "d1", start);
    CHECK(learner.progress(start).state == State::idle);
    learner.start(start);
    learner.observe(matching(), "d1", start + 30min);
    CHECK(learner.progress(start + 30min).state == State::expired);
    CHECK(learner.progress(start + 30min).delivery_id.empty());
}

TEST_CASE("another start forgets what was learned", "[intake][learner]")
{
    Learner learner;
    learner.start(start);
    learner.observe(matching(), "d1", start);
    learner.start(start + 1h);
    CHECK(learner.progress(start + 1h).state == State::waiting);
    CHECK(learner.progress(start + 1h).delivery_id.empty());
    CHECK_FALSE(learner.progress(start + 1h).lesson.match);
    CHECK(learner.progress(start + 1h).expires == start + 90min);
}

TEST_CASE("a bucket lets its burst through at once, and then its rate", "[intake][bucket]")
{
    base::SteadyTime now{1h};
    intake::TokenBucket bucket{20, 5};
    for (int i = 0; i < 5; ++i) CHECK(bucket.take(now));
    CHECK_FALSE(bucket.take(now));
    CHECK_FALSE(bucket.take(now + 49ms));
    CHECK(bucket.take(now + 50ms));
    CHECK_FALSE(bucket.take(now + 50ms));
    // However long nothing came: no more than the burst.
    now += 24h;
    for (int i = 0; i < 5; ++i) CHECK(bucket.take(now));
    CHECK_FALSE(bucket.take(now));
}

TEST_CASE("a bucket that is asked too often fills all the same", "[intake][bucket]")
{
    intake::TokenBucket bucket{1, 1};
    base::SteadyTime now{1h};
    CHECK(bucket.take(now));
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        now += 1ms;
        taken += bucket.take(now) ? 1 : 0;
    }
    CHECK(taken >= 9);
    CHECK(taken <= 10);
}
