#include "daemon/base/private_file.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace {

namespace fs = std::filesystem;
using namespace mizo::base;

// A folder of the test's own, gone when it ends.
class Folder {
public:
    Folder()
    {
        std::string name = (fs::temp_directory_path() / "mizo-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
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
    CHECK((fs::status(folder / "key").permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(folder.files() == 1);
}

TEST_CASE("a private file is replaced as a whole, and mended where its mode was wide", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key", "old and long").has_value());
    fs::permissions(folder / "key", fs::perms::all);
    REQUIRE(write_private_file(folder / "key", "new").has_value());
    CHECK(read_private_file(folder / "key").value() == "new");
}

TEST_CASE("what a crash left half written does not stand in the way", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key.new", "half").has_value());
    REQUIRE(write_private_file(folder / "key", "whole").has_value());
    CHECK(read_private_file(folder / "key").value() == "whole");
    CHECK(folder.files() == 1);
}

TEST_CASE("a secret file that others could read is refused, and the command that mends it is named",
          "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "key", "x").has_value());
    const auto wide = GENERATE(fs::perms::group_read, fs::perms::others_read, fs::perms::group_write,
                               fs::perms::others_exec);
    fs::permissions(folder / "key", wide, fs::perm_options::add);
    const auto read = read_private_file(folder / "key");
    CHECK(code_of(read) == "file.mode");
    CHECK(read.error().text().find("chmod 600 " + (folder / "key").string()) != std::string::npos);
    CHECK(read_file(folder / "key").value() == "x");
}

TEST_CASE("a link in the place of a secret file is not followed", "[base][file]")
{
    const Folder folder;
    REQUIRE(write_private_file(folder / "other", "x").has_value());
    fs::create_symlink(folder / "other", folder / "key");
    CHECK(code_of(read_private_file(folder / "key")) == "file.unreadable");
    REQUIRE(write_private_file(folder / "key", "new").has_value());
    CHECK(read_private_file(folder / "other").value() == "x");
    CHECK(read_private_file(folder / "key").value() == "new");
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
