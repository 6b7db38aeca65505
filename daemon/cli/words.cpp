#include "daemon/cli/words.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/base/utf8.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace mizo::cli {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t second_ms = 1'000;
constexpr std::int64_t minute_ms = 60 * second_ms;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

// One digit after the point: what is read at a glance.
std::string tenths(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

// "2 h 5 min", "2 h": the second part only where it is not nothing.
std::string two_parts(std::int64_t ms, std::pair<std::int64_t, const char*> large,
                      std::pair<std::int64_t, const char*> small)
{
    std::string text = number(ms / large.first) + large.second;
    if (const auto rest = ms % large.first / small.first; rest > 0) text += " " + number(rest) + small.second;
    return text;
}

// The coarse form: one unit, rounded down.
std::string one_part(std::int64_t ms)
{
    if (ms < minute_ms) return number(ms / second_ms) + " s";
    if (ms < hour_ms) return number(ms / minute_ms) + " min";
    if (ms < 2 * day_ms) return number(ms / hour_ms) + " h";
    return number(ms / day_ms) + " d";
}

// Control characters of both sets, and the marks that turn the direction of writing.
bool steers_a_terminal(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

} // namespace

std::string local_time(base::WallTime time)
{
    const std::time_t seconds = static_cast<std::time_t>(base::to_ms(time) / 1000);
    const std::tm* parts = std::localtime(&seconds);
    std::array<char, 32> text{};
    if (parts == nullptr || std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", parts) == 0)
        return base::rfc3339(time);
    return text.data();
}

std::string duration_text(milliseconds duration)
{
    const std::int64_t ms = duration.count();
    if (ms < second_ms) return number(ms) + " ms";
    if (ms < 10 * second_ms) return tenths(static_cast<double>(ms) / 1000) + " s";
    if (ms < minute_ms) return number(ms / second_ms) + " s";
    if (ms < hour_ms) return number(ms / minute_ms) + " min";
    if (ms < day_ms) return two_parts(ms, {hour_ms, " h"}, {minute_ms, " min"});
    return two_parts(ms, {day_ms, " d"}, {hour_ms, " h"});
}

std::string age_text(base::WallTime time, base::WallTime now)
{
    const std::int64_t ms = (now - time).count();
    if (ms > -2 * second_ms && ms < 2 * second_ms) return "just now";
    // What was set to last seven days reads "in 7 d", though a moment of them has passed.
    return ms < 0 ? "in " + one_part(-ms + minute_ms / 2) : one_part(ms) + " ago";
}

std::string time_and_age(base::WallTime time, base::WallTime now)
{
    return local_time(time) + " (" + age_text(time, now) + ")";
}

std::string bytes_text(std::int64_t bytes)
{
    static constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return number(bytes) + " B";
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    // From 1,023.95 on the rounded number would read 1024.0.
    for (; value >= 1023.95 && unit + 1 < units.size(); ++unit) value /= 1024;
    return tenths(value) + " " + units[unit];
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many)
{
    return number(count) + " " + std::string{count == 1 ? one : many};
}

std::string printable(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto [character, size] = base::decode_utf8(text);
        if (character && !steers_a_terminal(*character))
            out += text.substr(0, size);
        else
            out += '?';
        text.remove_prefix(size);
    }
    return out;
}

std::size_t width_of(std::string_view text)
{
    std::size_t width = 0;
    for (; !text.empty(); ++width) text.remove_prefix(base::decode_utf8(text).second);
    return width;
}

std::string cut_to(std::string_view text, std::size_t width)
{
    static constexpr std::string_view dots = "...";
    if (width_of(text) <= width) return std::string{text};
    std::size_t end = 0;
    for (std::size_t kept = dots.size(); kept < width; ++kept)
        end += base::decode_utf8(text.substr(end)).second;
    return std::string{text.substr(0, end)} + std::string{dots};
}

std::optional<base::WallTime> parse_when(std::string_view text, base::WallTime now)
{
    if (const auto time = base::parse_time(text)) return time;
    std::int64_t count = 0;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr std::int64_t count_max = 1'000'000; // of any unit: far longer than anything is kept
    if (failed != std::errc{} || count < 0 || count > count_max || stop != text.data() + text.size() - 1)
        return std::nullopt;
    switch (*stop) {
    case 's': return now - milliseconds{count * second_ms};
    case 'm': return now - milliseconds{count * minute_ms};
    case 'h': return now - milliseconds{count * hour_ms};
    case 'd': return now - milliseconds{count * day_ms};
    default: return std::nullopt;
    }
}

} // namespace mizo::cli
