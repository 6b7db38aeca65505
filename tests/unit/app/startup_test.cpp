#include "daemon/app/startup.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
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

class Variable {
public:
    Variable(std::string name, const std::string& value) : name_{std::move(name)}
    {
        ::setenv(name_.c_str(), value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { ::unsetenv(name_.c_str()); }

private:
    std::string name_;
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

app::Configuration read(const tests::TemporaryFolder& folder, const std::string& text)
{
    std::ofstream{folder / "relay.conf"} << text;
    app::RunOptions options;
    options.config_file = folder / "relay.conf";
    return app::read_configuration(options);
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

TEST_CASE("the configuration is gathered from file, environment and flags", "[app][startup]")
{
    tests::TemporaryFolder folder;
    std::ofstream{folder / "relay.conf"} << "log.level = debug\nwebhook.listen = 127.0.0.1:8443\n";
    const Variable variable{"MIZO_RELAY_WEBHOOK_LISTEN", "127.0.0.1:9443"};
    const Variable own{"MIZO_RELAY_DATA_DIR", "/nowhere"};
    app::RunOptions options;
    options.config_file = folder / "relay.conf";
    options.flags = {{"log.level", "warning"}};
    const auto read = app::read_configuration(options);
    CHECK(read.problems.empty());
    const auto loaded = config::Settings::load(read.sources);
    CHECK(loaded.problems.empty());
    CHECK(loaded.settings.text(config::Key::webhook_listen) == "127.0.0.1:9443");
    CHECK(loaded.settings.origin(config::Key::webhook_listen) == config::Origin::environment);
    CHECK(loaded.settings.text(config::Key::log_level) == "warning");
    CHECK(loaded.settings.origin(config::Key::log_level) == config::Origin::flag);
}

TEST_CASE("a configuration file that was asked for must be there", "[app][startup]")
{
    tests::TemporaryFolder folder;
    app::RunOptions options;
    options.config_file = folder / "none.conf";
    const auto missing = app::read_configuration(options);
    REQUIRE(missing.problems.size() == 1);
    CHECK(missing.problems.front().code == "file.missing");
    options.config_file = folder.path();
    const auto unreadable = app::read_configuration(options);
    REQUIRE(unreadable.problems.size() == 1);
    CHECK(unreadable.problems.front().code == "file.unreadable");
}

TEST_CASE("everything that is wrong in a configuration is told at once", "[app][startup]")
{
    tests::TemporaryFolder folder;
    const Variable unknown{"MIZO_RELAY_NO_SUCH", "1"};
    const auto configuration = read(folder, "log.level = debug\nno_such = 1\na line without a sign\n");
    CHECK(configuration.problems.size() >= 2);
    const auto loaded = config::Settings::load(configuration.sources);
    CHECK(configuration.problems.size() + loaded.problems.size() >= 3);
    CHECK(loaded.settings.text(config::Key::log_level) == "debug");
}

TEST_CASE("a configuration file of more than 64 KiB is refused", "[app][startup]")
{
    tests::TemporaryFolder folder;
    CHECK(read(folder, std::string(64 * 1024, '\n')).problems.empty());
    const auto too_large = read(folder, std::string(64 * 1024 + 1, '\n'));
    REQUIRE(too_large.problems.size() == 1);
    CHECK(too_large.problems.front().code == "file.too_large");
}
