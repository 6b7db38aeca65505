#include "daemon/alerts/rhythm.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace mizo;
using namespace mizo::alerts;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::weeks;

namespace {

// A Monday, 12:00 UTC.
const base::WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 12h};

bool office_hours(base::WallTime time)
{
    const std::chrono::weekday day{floor<days>(time)};
    const auto hour = floor<hours>(time - floor<days>(time)).count();
    return day != std::chrono::Saturday && day != std::chrono::Sunday && hour >= 8 && hour < 17;
}

// Quarters of the last weeks, with calls where `busy` says so.
std::vector<store::QuarterHour> history(weeks back, const std::function<bool(base::WallTime)>& busy,
                                        std::int64_t running = 15)
{
    std::vector<store::QuarterHour> quarters;
    for (base::WallTime at = now - back; at < now; at += 15min)
        quarters.push_back({at, running, busy(at) ? 7 : 0});
    return quarters;
}

Rhythm rhythm_of(const std::vector<store::QuarterHour>& quarters)
{
    return Rhythm{quarters, now};
}

} // namespace

TEST_CASE("nothing is usual before a week is known", "[alerts][rhythm]")
{
    const auto always = [](base::WallTime) { return true; };
    CHECK_FALSE(Rhythm{}.learnt());
    CHECK_FALSE(rhythm_of({}).learnt());
    auto quarters = history(weeks{1}, always);
    CHECK(rhythm_of(quarters).learnt());
    quarters.erase(quarters.begin(), quarters.begin() + 5);
    CHECK_FALSE(rhythm_of(quarters).learnt());
}

TEST_CASE("a silence at noon counts a call for each quarter, to the minute", "[alerts][rhythm]")
{
    const Rhythm rhythm = rhythm_of(history(weeks{4}, office_hours));
    CHECK(rhythm.usual_calls(now, now) == 0);
    CHECK(rhythm.usual_calls(now, now + 75min) == Approx(5.0));
    CHECK(rhythm.usual_calls(now, now + 75min - 1ms) < 5.0);
    CHECK(rhythm.usual_calls(now, now + 75min - 1ms) > 4.99);
}

TEST_CASE("a night and a weekend count nothing", "[alerts][rhythm]")
{
    const Rhythm rhythm = rhythm_of(history(weeks{4}, office_hours));
    const base::WallTime friday_evening = floor<days>(now) - days{3} + 17h;
    CHECK(rhythm.usual_calls(friday_evening, friday_evening + days{2} + 15h) == 0);
    CHECK(rhythm.usual_calls(friday_evening, friday_evening + days{2} + 16h) == Approx(4.0));
}

TEST_CASE("people who come and go an hour earlier or later than learnt raise no alarm", "[alerts][rhythm]")
{
    const Rhythm rhythm = rhythm_of(history(weeks{4}, office_hours));
    const base::WallTime monday = floor<days>(now);
    CHECK(rhythm.usual_calls(monday + 16h, monday + 17h) == 0);
    CHECK(rhythm.usual_calls(monday + 18h, monday + 33h) == 0);
    CHECK(rhythm.usual_calls(monday + 18h, monday + 34h) == Approx(4.0));
}

TEST_CASE("one holiday in four weeks does not hide a silence, and one flood makes none", "[alerts][rhythm]")
{
    const auto without_last_monday = [](base::WallTime at) {
        return office_hours(at) && floor<days>(at) != floor<days>(now) - days{7};
    };
    CHECK(rhythm_of(history(weeks{4}, without_last_monday)).usual_calls(now, now + 1h) == Approx(4.0));
    const auto only_last_monday = [](base::WallTime at) {
        return floor<days>(at) == floor<days>(now) - days{7};
    };
    CHECK(rhythm_of(history(weeks{4}, only_last_monday)).usual_calls(now, now + 1h) == 0);
}

TEST_CASE("an hour in which the daemon ran for less than half of it says nothing", "[alerts][rhythm]")
{
    const auto never = [](base::WallTime) { return false; };
    auto quarters = history(weeks{1}, office_hours);
    SECTION("29 minutes of three further weeks")
    {
        for (auto quarter : history(weeks{4}, never, 7))
            if (quarter.start < now - weeks{1}) quarters.push_back(quarter);
        CHECK(rhythm_of(quarters).usual_calls(now, now + 1h) == Approx(4.0));
    }
    SECTION("32 minutes")
    {
        for (auto quarter : history(weeks{4}, never, 8))
            if (quarter.start < now - weeks{1}) quarters.push_back(quarter);
        CHECK(rhythm_of(quarters).usual_calls(now, now + 1h) == 0);
    }
}

TEST_CASE("the hour that has not ended yet is no part of last week's", "[alerts][rhythm]")
{
    const base::WallTime later = now + 20min;
    auto quarters = history(weeks{1}, office_hours);
    quarters.push_back({now, 15, 0});
    quarters.push_back({now + 15min, 5, 0});
    CHECK(Rhythm{quarters, later}.usual_calls(later, later + 40min) == Approx(8.0 / 3));
}

TEST_CASE("what is older than four weeks, or lies in the future, is not learnt from", "[alerts][rhythm]")
{
    std::vector<store::QuarterHour> quarters{{now - weeks{4} - 1h, 15, 3}, {now + 1h, 15, 3}};
    CHECK_FALSE(rhythm_of(quarters).learnt());
    CHECK(rhythm_of(quarters).usual_calls(now - days{7}, now) == 0);
}
