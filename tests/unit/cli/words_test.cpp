#include "daemon/base/time_text.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/words.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace mizo;
using namespace mizo::cli;
using namespace std::chrono_literals;

const base::WallTime now = *base::parse_time("2026-11-23T10:00:00.000Z");

} // namespace

TEST_CASE("a duration is said in the unit that fits it, changing at each threshold", "[cli]")
{
    CHECK(duration_text(0ms) == "0 ms");
    CHECK(duration_text(999ms) == "999 ms");
    CHECK(duration_text(1'000ms) == "1.0 s");
    CHECK(duration_text(9'999ms) == "10.0 s");
    CHECK(duration_text(10s) == "10 s");
    CHECK(duration_text(59'999ms) == "59 s");
    CHECK(duration_text(60s) == "1 min");
    CHECK(duration_text(1h - 1ms) == "59 min");
    CHECK(duration_text(1h) == "1 h");
    CHECK(duration_text(2h + 5min) == "2 h 5 min");
    CHECK(duration_text(24h - 1ms) == "23 h 59 min");
    CHECK(duration_text(24h) == "1 d");
    CHECK(duration_text(99h) == "4 d 3 h");
}

TEST_CASE("an age is told to the past and to the future", "[cli]")
{
    CHECK(age_text(now, now) == "just now");
    CHECK(age_text(now - 1'999ms, now) == "just now");
    CHECK(age_text(now - 2s, now) == "2 s ago");
    CHECK(age_text(now - 3min, now) == "3 min ago");
    CHECK(age_text(now - 47h, now) == "47 h ago");
    CHECK(age_text(now - 48h, now) == "2 d ago");
    CHECK(age_text(now + 168h - 1s, now) == "in 7 d");
}

TEST_CASE("bytes are said with one digit after the point, never as 1024.0 of a unit", "[cli]")
{
    CHECK(bytes_text(1'023) == "1023 B");
    CHECK(bytes_text(1'024) == "1.0 KiB");
    CHECK(bytes_text(1'048'575) == "1.0 MiB");
    CHECK(bytes_text(10'737'418'240) == "10.0 GiB");
}

TEST_CASE("a moment is given as an age or a time, and nothing else", "[cli]")
{
    CHECK(parse_when("30m", now) == now - 30min);
    CHECK(parse_when("2h", now) == now - 2h);
    CHECK(parse_when("7d", now) == now - 168h);
    CHECK(parse_when("45s", now) == now - 45s);
    CHECK(parse_when("2026-11-23T09:00:00Z", now) == now - 1h);
    CHECK(parse_when("1000000s", now).has_value());
    for (const char* wrong : {"", "h", "2", "2w", "-2h", "2h ", "1000001s", "yesterday"}) {
        INFO(wrong);
        CHECK_FALSE(parse_when(wrong, now).has_value());
    }
}

TEST_CASE("nothing that comes from outside can steer the terminal", "[cli]")
{
    CHECK(printable("Drucker f\xc3\xa4llt aus") == "Drucker f\xc3\xa4llt aus");
    CHECK(printable("a\x1b[2Jb\r\nc\x7f") == "a?[2Jb??c?");
    CHECK(printable("\xc2\x9b"
                    "31m") == "?31m"); // the one-character form of ESC [
    CHECK(printable("abc\xe2\x80\xae"
                    "fdp") == "abc?fdp"); // turns the direction of writing
    CHECK(printable("\xff\xfe") == "??");
}

TEST_CASE("a text is cut by characters, not by bytes", "[cli]")
{
    const std::string text = "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f!";
    CHECK(width_of(text) == 5);
    CHECK(cut_to(text, 5) == text);
    CHECK(cut_to(text, 4) == "\xc3\xa4...");
}

TEST_CASE("columns are as wide as their widest cell, and lines have no blanks at their end", "[cli]")
{
    Table table{{"ID", "TITLE", "STATE"}};
    table.add({"1", "\xc3\xa4\xc3\xb6", "acked"});
    table.add({"100", "a\nb", ""});
    CHECK(table.text("  ") == "  ID   TITLE  STATE\n"
                              "  1    \xc3\xa4\xc3\xb6     acked\n"
                              "  100  a?b\n");
}
