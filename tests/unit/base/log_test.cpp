#include "daemon/base/log.hpp"
#include "daemon/base/utf8.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

namespace {

using namespace mizo::base;

class FixedClock final : public Clock {
public:
    WallTime wall() const override { return from_ms(1'790'000'000'000); }
    SteadyTime steady() const override { return {}; }
};

// Keeps the lines that the log hands to its sinks.
class MemorySink final : public LogSink {
public:
    explicit MemorySink(std::vector<LogLine>& lines) : lines_{lines} {}
    void write(const LogLine& line) override { lines_.push_back(line); }

private:
    std::vector<LogLine>& lines_;
};

struct Rig {
    FixedClock clock;
    std::vector<LogLine> lines;
    Log log{clock};
    Logger link{log, "link"};

    Rig() { log.add_sink(std::make_unique<MemorySink>(lines)); }
};

std::string text_of(std::string_view message, const Fields& fields)
{
    Rig rig;
    rig.link.info(message, fields);
    return rig.lines.at(0).text;
}

bool is_one_harmless_line(std::string_view text)
{
    while (!text.empty()) {
        const auto [c, length] = decode_utf8(text);
        if (!c || *c < 0x20 || (*c >= 0x7f && *c < 0xa0) || *c == 0x2028 || *c == 0x2029 || *c == 0x061c ||
            (*c >= 0x200b && *c <= 0x200f) || (*c >= 0x202a && *c <= 0x202e) ||
            (*c >= 0x2066 && *c <= 0x2069) || *c == 0xfeff)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace

TEST_CASE("a line is its message and its fields, quoted where they need it", "[base][log]")
{
    CHECK(text_of("linked", {{"session", "9e2f"}, {"queued", "0"}}) == "linked session=9e2f queued=0");
    CHECK(text_of("refused", {{"why", "two words"}, {"header", ""}}) ==
          R"(refused why="two words" header="")");
    CHECK(text_of("x", {{"a", R"(a"b)"}, {"b", "c=d"}, {"c", R"(e\f)"}}) == R"(x a="a\"b" b="c=d" c="e\\f")");
}

TEST_CASE("hostile text stays one line that shows what it is", "[base][log]")
{
    CHECK(escape_for_log("a\r\nb", 100) == "a\\u000d\\u000ab");
    CHECK(escape_for_log("\x1b]0;owned\x07", 100) == "\\u001b]0;owned\\u0007");
    CHECK(escape_for_log("a\xe2\x80\xae"
                         "b",
                         100) == "a\\u202eb");
    CHECK(escape_for_log("\xc2\x85\x7f", 100) == "\\u0085\\u007f");
    CHECK(escape_for_log("\xff\xc0\x80x", 100) == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx");
    CHECK(escape_for_log("\xe2\x82", 100) == "\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(escape_for_log("déjà vu €", 100) == "déjà vu €");
    CHECK(escape_for_log(std::string_view{"a\0b", 3}, 100) == "a\\u0000b");
}

TEST_CASE("no hostile string adds a line, moves a cursor or turns the reading order", "[base][log]")
{
    const std::vector<std::string> hostile{
        "x\n2026-01-01 error fake: line",
        "x\r\nfake",
        "x\rfake",
        "x\vfake\f",
        std::string{"x\0y", 3},
        "\x1b[2J\x1b[H",
        "\x1b]0;title\x07",
        "\x9b"
        "2J",
        "\xc2\x9b"
        "2J",
        "\xe2\x80\xa8"
        "line separator",
        "\xe2\x80\xa9"
        "paragraph",
        "\xe2\x80\xae"
        "right to left",
        "\xe2\x81\xa6"
        "isolate\xe2\x81\xa9",
        "\xd8\x9c"
        "arabic letter mark",
        "zero\xe2\x80\x8bwidth",
        "\xef\xbb\xbf"
        "byte order mark",
        "\xed\xa0\x80"
        "surrogate",
        "\xf4\x90\x80\x80"
        "beyond",
        "\xf8\x88\x80\x80\x80"
        "five bytes",
        "${jndi:ldap://x/a}",
        "<script>alert(1)</script>",
        std::string(1 << 20, '\n'),
        std::string(1 << 20, 'x'),
    };
    for (const std::string& text : hostile) {
        INFO(escape_for_log(text, 60));
        Rig rig;
        rig.link.warning(text, {{"field", text}});
        REQUIRE(rig.lines.size() == 1);
        CHECK(is_one_harmless_line(rig.lines[0].text));
        CHECK(rig.lines[0].text.size() <= 8 * 1024 + 16);
    }
}

TEST_CASE("a text is cut at its limit, and not before", "[base][log]")
{
    CHECK(escape_for_log("12345", 5) == "12345");
    CHECK(escape_for_log("123456", 5) == "12345…");
    CHECK(escape_for_log("", 0).empty());
}

TEST_CASE("a field is cut at 2 KiB and a line at 8 KiB", "[base][log]")
{
    CHECK(text_of("m", {{"a", std::string(2048, 'x')}}).size() == std::string_view{"m a="}.size() + 2048);
    CHECK(text_of("m", {{"a", std::string(2049, 'x')}}).size() ==
          std::string_view{"m a="}.size() + 2048 + std::string_view{"…"}.size());
    Fields many(5, {"a", std::string(2000, 'x')});
    CHECK(text_of("m", many).size() == 8 * 1024 + std::string_view{"…"}.size());
}

TEST_CASE("a line that was quoted keeps its quotes and backslashes when it is cut", "[base][log]")
{
    Fields many(6, {"a", std::string(1500, '\\')});
    const auto text = text_of("m", many);
    CHECK(text.size() <= 8 * 1024 + std::string_view{"…"}.size());
    CHECK(text.starts_with(R"(m a="\\\\)"));
}

TEST_CASE("a component has its own level where it was given one, else that of all", "[base][log]")
{
    Rig rig;
    const Logger store{rig.log, "store"};
    rig.link.debug("hidden");
    rig.log.set_level("link", Level::debug);
    rig.link.debug("shown");
    store.debug("hidden");
    rig.log.set_level(Level::error);
    store.warning("hidden");
    store.error("shown");
    rig.link.debug("shown");
    rig.log.set_level("link", Level::off);
    rig.link.error("hidden");
    CHECK(rig.lines.size() == 3);
    for (const LogLine& line : rig.lines) CHECK(line.text == "shown");
    CHECK(rig.log.levels() == std::map<std::string, Level>{{"", Level::error}, {"link", Level::off}});
    CHECK_FALSE(rig.link.wants(Level::error));
}

TEST_CASE("levels have names that are read again", "[base][log]")
{
    for (const Level level : {Level::debug, Level::info, Level::warning, Level::error, Level::off})
        CHECK(level_from(name_of(level)) == level);
    CHECK_FALSE(level_from("loud"));
    CHECK_FALSE(level_from(""));
}

TEST_CASE("the newest lines are kept, numbered without a gap, up to 2,000", "[base][log]")
{
    Rig rig;
    CHECK(rig.log.recent(10).empty());
    for (int i = 1; i <= 2'000; ++i) rig.link.info(std::to_string(i));
    CHECK(rig.log.recent(5'000).size() == 2'000);
    CHECK(rig.log.recent(5'000).front().number == 1);
    rig.link.info("2001");
    const auto lines = rig.log.recent(5'000);
    REQUIRE(lines.size() == 2'000);
    for (std::size_t i = 0; i < lines.size(); ++i) REQUIRE(lines[i].number == i + 2);
    CHECK(lines.back().text == "2001");
    CHECK(rig.log.recent(1).at(0).text == "2001");
    CHECK(rig.log.recent(0).empty());
}

TEST_CASE("lines from several threads are whole, and none is lost", "[base][log]")
{
    Rig rig;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&rig] {
            for (int i = 0; i < 500; ++i) rig.link.info("whole", {{"n", std::to_string(i)}});
        });
    for (std::thread& writer : writers) writer.join();
    CHECK(rig.lines.size() == 2'000);
    CHECK(rig.log.recent(2'000).back().number == 2'000);
}

TEST_CASE("who listens hears each line that is written, and no other", "[base][log]")
{
    Rig rig;
    std::vector<std::string> heard;
    rig.log.on_line([&](const LogLine& line) { heard.push_back(line.component + ": " + line.text); });
    rig.link.debug("hidden");
    rig.link.info("up");
    CHECK(heard == std::vector<std::string>{"link: up"});
}
