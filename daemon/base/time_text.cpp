#include "daemon/base/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace mizo::base {

namespace {

using namespace std::chrono;

// Takes exactly `digits` decimal digits from the front, or nothing.
std::optional<int> take_number(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) return {};
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return {};
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<sys_days> take_date(std::string_view& text)
{
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return {};
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return {};
    const auto d = take_number(text, 2);
    if (!d) return {};
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return {};
    return sys_days{date};
}

std::optional<seconds> take_clock(std::string_view& text)
{
    const auto h = take_number(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return {};
    const auto m = take_number(text, 2);
    if (!m || *m > 59 || !take(text, ':')) return {};
    const auto s = take_number(text, 2);
    if (!s || *s > 60) return {}; // 60: a leap second
    return hours{*h} + minutes{*m} + seconds{*s};
}

// Milliseconds of a fraction of any length; what is finer is cut off.
std::optional<milliseconds> take_fraction(std::string_view& text)
{
    if (!take(text, '.')) return milliseconds{0};
    int value = 0;
    std::size_t count = 0;
    for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count)
        if (count < 3) value = value * 10 + (text[count] - '0');
    if (count == 0) return {};
    text.remove_prefix(count);
    for (; count < 3; ++count) value *= 10;
    return milliseconds{value};
}

std::optional<minutes> take_zone(std::string_view& text)
{
    if (text.empty() || take(text, 'Z') || take(text, 'z')) return minutes{0};
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) return {};
    const auto h = take_number(text, 2);
    if (!h || *h > 23 || !take(text, ':')) return {};
    const auto m = take_number(text, 2);
    if (!m || *m > 59) return {};
    const minutes offset = hours{*h} + minutes{*m};
    return east ? offset : -offset;
}

} // namespace

std::string rfc3339(WallTime time)
{
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::array<char, 40> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<WallTime> parse_time(std::string_view text)
{
    const auto date = take_date(text);
    if (!date || *date < sys_days{year{1901} / 1 / 1}) return {};
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return {};
    const auto clock = take_clock(text);
    if (!clock) return {};
    const auto fraction = take_fraction(text);
    if (!fraction) return {};
    const auto zone = take_zone(text);
    if (!zone || !text.empty()) return {};
    return WallTime{*date} + *clock + *fraction - *zone;
}

std::optional<WallTime> parse_http_date(std::string_view text)
{
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto comma = text.find(", ");
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 2);
    const auto d = take_number(text, 2);
    if (!d || !take(text, ' ')) return {};
    const auto name = std::find(months.begin(), months.end(), text.substr(0, 3));
    if (name == months.end()) return {};
    text.remove_prefix(3);
    if (!take(text, ' ')) return {};
    const auto y = take_number(text, 4);
    if (!y || !take(text, ' ')) return {};
    const auto clock = take_clock(text);
    if (!clock || text != " GMT") return {};
    const auto m = static_cast<unsigned>(name - months.begin()) + 1;
    const year_month_day date{year{*y}, month{m}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return {};
    return WallTime{sys_days{date}} + *clock;
}

} // namespace mizo::base
