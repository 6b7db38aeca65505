#include "daemon/app/startup.hpp"
#include "tests/support/access_win32.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace mizo;
using tests::TemporaryFolder;

namespace {

std::string prepared(const std::filesystem::path& path)
{
    const auto result = app::prepare_data_dir(path);
    return result.has_value() ? "" : result.error().code();
}

} // namespace

TEST_CASE("the data directory is made for us alone, with what is above it", "[app][startup]")
{
    TemporaryFolder folder;
    const auto path = folder / "ProgramData" / "Mizo Relay";
    CHECK(prepared(path).empty());
    CHECK(tests::is_owners_alone(path));
    CHECK(prepared(path).empty());
}

TEST_CASE("a data directory that others can read is refused with the command that mends it", "[app][startup]")
{
    TemporaryFolder folder;
    const auto path = folder / "data";
    std::filesystem::create_directory(path);
    REQUIRE(tests::set_access(path, tests::everybody_reads));
    const auto result = app::prepare_data_dir(path);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code() == "data_dir.mode");
    CHECK(result.error().kind() == base::Errc::denied);
    CHECK(result.error().text().find("icacls \"" + path.string() + "\" /inheritance:r") != std::string::npos);
}

TEST_CASE("what cannot be a data directory is unusable", "[app][startup]")
{
    TemporaryFolder folder;
    std::ofstream{folder / "file"} << "x";
    CHECK(prepared(folder / "file") == "data_dir.unusable");
    CHECK(prepared(folder / "file" / "below") == "data_dir.unusable");
}

TEST_CASE("settings and data lie in ProgramData by default", "[app][startup]")
{
    CHECK(app::default_data_dir().string().ends_with("\\ProgramData\\Mizo Relay"));
    CHECK(app::default_config_file() == app::default_data_dir() / "mizo-relay.conf");
}
