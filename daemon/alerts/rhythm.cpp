#include "daemon/alerts/rhythm.hpp"

#include <algorithm>
#include <vector>

namespace mizo::alerts {

namespace {

using std::chrono::duration;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::weeks;

constexpr std::int64_t half_an_hour = 30; // minutes of running, below which an hour says nothing

// Of one hour of one week.
struct Heard {
    std::int64_t running = 0; // minutes
    std::int64_t calls = 0;   // quarters
};

std::size_t hour_of_week(base::WallTime time)
{
    const auto hour = floor<hours>(time).time_since_epoch();
    return static_cast<std::size_t>((hour - floor<weeks>(hour)).count());
}

double lower_median(std::vector<double> values)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) / 2];
}

} // namespace

Rhythm::Rhythm(std::span<const store::QuarterHour> quarters, base::WallTime now)
{
    constexpr auto week_count = static_cast<std::size_t>(learnt_from / weeks{1});
    std::array<std::array<Heard, hours_of_week>, week_count> heard{};
    for (const store::QuarterHour& quarter : quarters) {
        // Weeks are counted back from the hour that has not ended yet, which says nothing.
        const hours ago = floor<hours>(now) - floor<hours>(quarter.start) - hours{1};
        const auto age = ago / weeks{1};
        if (ago < hours{0} || static_cast<std::size_t>(age) >= week_count) continue;
        Heard& hour = heard.at(static_cast<std::size_t>(age)).at(hour_of_week(quarter.start));
        hour.running += quarter.minutes;
        hour.calls += quarter.calls > 0 ? 1 : 0;
        learnt_ = learnt_ || ago >= weeks{1} - hours{1};
    }
    for (std::size_t hour = 0; hour < hours_of_week; ++hour) {
        std::vector<double> known;
        for (const auto& week : heard)
            if (week[hour].running >= half_an_hour) known.push_back(static_cast<double>(week[hour].calls));
        calls_[hour] = lower_median(std::move(known));
    }
}

double Rhythm::usual_calls(base::WallTime from, base::WallTime to) const
{
    double least = sum(from, to);
    for (const hours shift : {hours{-1}, hours{1}}) least = std::min(least, sum(from + shift, to + shift));
    return least;
}

double Rhythm::sum(base::WallTime from, base::WallTime to) const
{
    // A silence of more than some weeks is one, whatever came before.
    from = std::max(from, to - learnt_from);
    double total = 0;
    while (from < to) {
        const base::WallTime end = std::min<base::WallTime>(to, floor<hours>(from) + hours{1});
        const duration<double, std::ratio<3600>> part = end - from;
        total += calls_[hour_of_week(from)] * part.count();
        from = end;
    }
    return total;
}

} // namespace mizo::alerts
