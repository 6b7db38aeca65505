#include "daemon/base/private_file.hpp"
#include "tests/support/access_win32.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

using namespace mizo::base;
using namespace mizo::tests;

TEST_CASE("a secret file that others could read is refused, and the command that mends it is named",
          "[base][file]")
{
    const TemporaryFolder folder;
    REQUIRE(write_private_file(folder / "key", "x").has_value());
    REQUIRE(set_access(folder / "key", everybody_reads));
    const auto read = read_private_file(folder / "key");
    REQUIRE(read.has_error());
    CHECK(read.error().code() == "file.mode");
    CHECK(read.error().text().find("icacls \"" + (folder / "key").string()) != std::string::npos);
    CHECK(read_file(folder / "key").value() == "x");
}

TEST_CASE("a private file is mended where it was open to others", "[base][file]")
{
    const TemporaryFolder folder;
    REQUIRE(write_private_file(folder / "key", "old and long").has_value());
    REQUIRE(set_access(folder / "key", everybody_reads));
    REQUIRE(write_private_file(folder / "key", "new").has_value());
    CHECK(read_private_file(folder / "key").value() == "new");
}
