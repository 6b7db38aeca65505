#include "daemon/app/startup.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

using namespace mizo;
namespace fs = std::filesystem;

namespace {

// prepare_data_dir sets the mask of the process.
class KeptMask {
public:
    KeptMask() : mask_{::umask(0022)} {}
    KeptMask(const KeptMask&) = delete;
    KeptMask& operator=(const KeptMask&) = delete;
    ~KeptMask() { ::umask(mask_); }

private:
    mode_t mask_;
};

unsigned mode_of(const fs::path& path)
{
    return static_cast<unsigned>(fs::status(path).permissions()) & 07777U;
}

std::string prepared(const fs::path& path)
{
    const auto result = app::prepare_data_dir(path);
    return result.has_value() ? "" : result.error().code();
}

} // namespace

TEST_CASE("the data directory is made for its owner alone, with what is above it", "[app][startup]")
{
    const KeptMask mask;
    tests::TemporaryFolder folder;
    const fs::path path = folder / "var" / "lib" / "mizo-relay";
    CHECK(prepared(path).empty());
    CHECK(mode_of(path) == 0700);
    CHECK(prepared(path).empty());
    // What is made in it later is the owner's alone.
    std::ofstream{path / "file"} << "x";
    CHECK(mode_of(path / "file") == 0600);
}

TEST_CASE("a data directory that others can write in is refused", "[app][startup]")
{
    const KeptMask mask;
    tests::TemporaryFolder folder;
    const fs::path path = folder / "data";
    fs::create_directory(path);
    for (const unsigned mode : {0700U, 0750U, 0755U, 0500U}) {
        INFO(mode);
        fs::permissions(path, fs::perms{mode});
        CHECK(prepared(path).empty());
        CHECK(mode_of(path) == mode);
    }
    for (const unsigned mode : {0720U, 0702U, 0770U, 0777U, 01777U}) {
        INFO(mode);
        fs::permissions(path, fs::perms{mode});
        const auto result = app::prepare_data_dir(path);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code() == "data_dir.mode");
        CHECK(result.error().kind() == base::Errc::denied);
        CHECK(result.error().text().find("chmod 700 " + path.string()) != std::string::npos);
    }
    fs::permissions(path, fs::perms{0700});
}

TEST_CASE("what cannot be a data directory is unusable", "[app][startup]")
{
    const KeptMask mask;
    tests::TemporaryFolder folder;
    std::ofstream{folder / "file"} << "x";
    CHECK(prepared(folder / "file") == "data_dir.unusable");
    CHECK(prepared(folder / "file" / "below") == "data_dir.unusable");
    fs::create_symlink(folder / "nowhere", folder / "link");
    CHECK(prepared(folder / "link") == "data_dir.unusable");
}
