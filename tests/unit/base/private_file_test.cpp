#include "daemon/base/private_file.hpp"
#include "tests/support/system.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace mizo::base;

// A folder of the test's own, gone when it ends.
class Folder {
public:
    Folder() : path_{mizo::tests::make_temporary_folder()} {}
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const char* name) const { return path_ / name; }
    std::ptrdiff_t files() const
    {
        return std::distance(fs::directory_iterator{path_}, fs::directory_iterator{});
    }

private:
    fs::path path_;
};

std::string code_of(const Result<std::string>& result)
{
    return result.has_error() ? result.error().code() : "";
}

} // namespace

TEST_CASE("what is written privately is read again, by its owner alone", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key", std::string{"a\0b", 3}).has_value());
    CHECK(read_private_file(folder / "key").value() == std::string{"a\0b", 3});
    CHECK(mizo::tests::is_owners_alone(folder / "key"));
    CHECK(folder.files() == 1);
}

TEST_CASE("what a crash left half written does not stand in the way", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key.new", "half").has_value());
    REQUIRE(write_private_file(folder / "key", "whole").has_value());
    CHECK(read_private_file(folder / "key").value() == "whole");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file of 64 KiB is read, one byte more is not", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key", std::string(64 * 1024, 'x')).has_value());
    CHECK(read_private_file(folder / "key").value().size() == 64 * 1024);
    REQUIRE(write_private_file(folder / "key", std::string(64 * 1024 + 1, 'x')).has_value());
    CHECK(code_of(read_private_file(folder / "key")) == "file.too_large");
}

TEST_CASE("a file or folder that is not there is said to be missing", "[base][file]")
{
    const Folder folder;
    CHECK(code_of(read_file(folder / "none")) == "file.missing");
    CHECK(code_of(read_private_file(folder / "none")) == "file.missing");
    const auto written = write_private_file(folder / "none/key", "x");
    REQUIRE(written.has_error());
    CHECK(written.error().code() == "file.unwritable");
}
