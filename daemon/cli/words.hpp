#pragma once

#include "daemon/base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Values in the form in which people read them.
namespace mizo::cli {

// "2026-11-23 11:00:00" in this machine's time zone.
std::string local_time(base::WallTime time);

// "420 ms", "3.2 s", "45 s", "12 min", "2 h 5 min", "4 d 3 h".
std::string duration_text(std::chrono::milliseconds duration);

// "just now", "3 min ago"; of a time to come "in 12 d".
std::string age_text(base::WallTime time, base::WallTime now);

// "2026-11-23 11:00:00 (3 min ago)".
std::string time_and_age(base::WallTime time, base::WallTime now);

// "917 B", "1.2 MiB".
std::string bytes_text(std::int64_t bytes);

// "1 event", "2 events".
std::string counted(std::int64_t count, std::string_view one, std::string_view many);

// The text with all that could steer a terminal replaced by '?': titles and event texts come from outside.
std::string printable(std::string_view text);

// How many characters a terminal shows, and the text cut to at most so many, "..." at its end.
std::size_t width_of(std::string_view text);
std::string cut_to(std::string_view text, std::size_t width);

// A time as it is written after --after: RFC 3339, or an age such as "30m", "2h", "7d".
std::optional<base::WallTime> parse_when(std::string_view text, base::WallTime now);

} // namespace mizo::cli
