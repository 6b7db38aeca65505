#include "daemon/base/private_file.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace fs = std::filesystem;
using namespace mizo::base;
using mizo::tests::TemporaryFolder;

TEST_CASE("a private file is replaced as a whole, and mended where its mode was wide", "[base][file]")
{
    const TemporaryFolder folder;
    REQUIRE(write_private_file(folder / "key", "old and long").has_value());
    fs::permissions(folder / "key", fs::perms::all);
    REQUIRE(write_private_file(folder / "key", "new").has_value());
    CHECK(read_private_file(folder / "key").value() == "new");
}

TEST_CASE("a secret file that others could read is refused, and the command that mends it is named",
          "[base][file]")
{
    const TemporaryFolder folder;
    REQUIRE(write_private_file(folder / "key", "x").has_value());
    const auto wide = GENERATE(fs::perms::group_read, fs::perms::others_read, fs::perms::group_write,
                               fs::perms::others_exec);
    fs::permissions(folder / "key", wide, fs::perm_options::add);
    const auto read = read_private_file(folder / "key");
    CHECK(read.error().code() == "file.mode");
    CHECK(read.error().text().find("chmod 600 " + (folder / "key").string()) != std::string::npos);
    CHECK(read_file(folder / "key").value() == "x");
}

TEST_CASE("a link in the place of a secret file is not followed", "[base][file]")
{
    const TemporaryFolder folder;
    REQUIRE(write_private_file(folder / "other", "x").has_value());
    fs::create_symlink(folder / "other", folder / "key");
    CHECK(read_private_file(folder / "key").error().code() == "file.unreadable");
    REQUIRE(write_private_file(folder / "key", "new").has_value());
    CHECK(read_private_file(folder / "other").value() == "x");
    CHECK(read_private_file(folder / "key").value() == "new");
}
