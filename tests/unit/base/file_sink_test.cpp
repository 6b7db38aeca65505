#include "daemon/base/environment.hpp"
#include "daemon/base/file_sink.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace mizo::base;

namespace {

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

TEST_CASE("lines of the log are in their file at once, with time, level and component", "[base][log]")
{
    const mizo::tests::TemporaryFolder folder;
    const auto file = folder.path() / path_of("\u0159.log");
    const auto sink = make_file_sink(file);
    sink->write({1, from_ms(1'795'514'400'000), Level::warning, "store", "the disk is full"});
    CHECK(content_of(file).starts_with("2026-11-24T10:00:00.000Z warning store: the disk is full"));
    sink->write({2, from_ms(1'795'514'400'000), Level::info, "store", "again"});
    CHECK(content_of(file).find(" info    store: again") != std::string::npos);
}

TEST_CASE("a full file of the log makes place for a new one, and the oldest goes", "[base][log]")
{
    const mizo::tests::TemporaryFolder folder;
    const auto sink = make_file_sink(folder / "relay.log");
    const LogLine line{1, from_ms(0), Level::info, "app", std::string(1024 * 1024, 'x')};
    for (int written = 0; written < 75; ++written) sink->write(line);
    CHECK(std::filesystem::exists(folder / "relay.log"));
    CHECK(std::filesystem::exists(folder / "relay.5.log"));
    CHECK_FALSE(std::filesystem::exists(folder / "relay.6.log"));
    CHECK(std::filesystem::file_size(folder / "relay.1.log") <= 10 * 1024 * 1024);
}
