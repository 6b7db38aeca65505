#include "daemon/base/time_text.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

namespace {

using namespace mizo::base;

// Milliseconds since 1970, or -1 where the text is no time.
std::int64_t ms_of(std::string_view text)
{
    const auto time = parse_time(text);
    return time ? to_ms(*time) : -1;
}

std::int64_t http_ms_of(std::string_view text)
{
    const auto time = parse_http_date(text);
    return time ? to_ms(*time) : -1;
}

} // namespace

TEST_CASE("a time is written in UTC with three digits of a second", "[base][time]")
{
    CHECK(rfc3339(from_ms(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(from_ms(1'790'000'000'007)) == "2026-09-21T14:13:20.007Z");
    CHECK(rfc3339(from_ms(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("what is written is read again as the same time", "[base][time]")
{
    const auto ms =
        GENERATE(0, 1, 999, 951'782'399'999, 951'868'800'000, 1'790'000'000'007, 4'102'444'800'000);
    CHECK(ms_of(rfc3339(from_ms(ms))) == ms);
}

TEST_CASE("HaloPSA's times are read: seven digits, no digits, no zone", "[base][time]")
{
    CHECK(ms_of("2026-09-25T06:41:08.7895915Z") == 1'790'318'468'789);
    CHECK(ms_of("2026-09-25T06:41:08.7895915") == 1'790'318'468'789);
    CHECK(ms_of("2026-09-25T06:41:08") == 1'790'318'468'000);
    CHECK(ms_of("2026-09-25 06:41:08") == 1'790'318'468'000);
    CHECK(ms_of("2026-09-25T06:41:08.5") == 1'790'318'468'500);
    CHECK(ms_of("2026-09-25T06:41:08.0049999Z") == 1'790'318'468'004);
}

TEST_CASE("a zone moves the time to UTC", "[base][time]")
{
    CHECK(ms_of("2026-09-25T08:41:08+02:00") == 1'790'318'468'000);
    CHECK(ms_of("2026-09-24T23:11:08-07:30") == 1'790'318'468'000);
    CHECK(ms_of("2026-09-25T06:41:08-00:00") == 1'790'318'468'000);
}

TEST_CASE("HaloPSA's null, the year 1900, is no time", "[base][time]")
{
    CHECK(ms_of("1900-01-01T00:00:00") == -1);
    CHECK(ms_of("1900-12-31T23:59:59.999Z") == -1);
    CHECK(parse_time("1901-01-01T00:00:00Z").has_value());
    CHECK(ms_of("0001-01-01T00:00:00") == -1);
}

TEST_CASE("what is no time is refused, and not read in part", "[base][time]")
{
    const std::string text = GENERATE(
        "", "2026", "2026-09-25", "2026-09-25T", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-09-25T24:00:00Z", "2026-09-25T06:60:00Z", "2026-09-25T06:41:61Z", "2026-09-25T06:41:08.Z",
        "2026-09-25T06:41:08Zx", "2026-09-25T06:41:08+2:00", "2026-09-25T06:41:08+02", "+026-09-25T06:41:08Z",
        "2026-09-25T06:41:08+24:00", "2026-09-25T06:41:08+02:60", "2026-9-25T06:41:08Z", "tomorrow");
    INFO(text);
    CHECK(ms_of(text) == -1);
}

TEST_CASE("an HTTP date is read in its one form", "[base][time]")
{
    CHECK(http_ms_of("Sun, 06 Nov 1994 08:49:37 GMT") == 784'111'777'000);
    CHECK(http_ms_of("Thu, 29 Feb 2024 00:00:00 GMT") == 1'709'164'800'000);
    CHECK(http_ms_of("Thu, 29 Feb 2023 00:00:00 GMT") == -1);
    CHECK(http_ms_of("Sunday, 06-Nov-94 08:49:37 GMT") == -1);
    CHECK(http_ms_of("Sun Nov  6 08:49:37 1994") == -1);
    CHECK(http_ms_of("Sun, 06 Nov 1994 08:49:37 UTC") == -1);
    CHECK(http_ms_of("Sun, 06 Nov 1994 08:49:37 GMT ") == -1);
    CHECK(http_ms_of("Sun, 06 No") == -1);
    CHECK(http_ms_of("") == -1);
}
