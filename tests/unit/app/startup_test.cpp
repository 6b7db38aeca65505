#include "daemon/app/startup.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

using namespace mizo;

namespace {

class Variable {
public:
    Variable(std::string name, const std::string& value) : name_{std::move(name)}
    {
        tests::set_variable(name_, value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { tests::unset_variable(name_); }

private:
    std::string name_;
};

app::Configuration read(const tests::TemporaryFolder& folder, const std::string& text)
{
    std::ofstream{folder / "relay.conf"} << text;
    app::RunOptions options;
    options.config_file = folder / "relay.conf";
    return app::read_configuration(options);
}

} // namespace

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
