#include "daemon/app/rules.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace mizo;
using namespace std::chrono_literals;

namespace {

config::Settings settings(const config::Entries& entries)
{
    config::Sources sources;
    sources.file = entries;
    auto loaded = config::Settings::load(sources);
    REQUIRE(loaded.problems.empty());
    return loaded.settings;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("each part takes its rules from the settings", "[app][rules]")
{
    const auto given = settings({{"rotation.renew_at", "0.5"},
                                 {"rotation.overlap_days", "3"},
                                 {"store.retention_days", "11"},
                                 {"store.body_days", "7"},
                                 {"store.max_bytes", "64 MiB"},
                                 {"link.proxy", "http://proxy.example:3128"},
                                 {"link.proxy_user", "relay"},
                                 {"link.proxy_password", "secret"},
                                 {"link.ca_file", "/etc/ca.pem"},
                                 {"log.level", "debug"}});
    CHECK(app::rotation_rules(given).renew_at == Approx(0.5));
    CHECK(app::rotation_rules(given).overlap == 72h);
    const auto retention = app::retention_rules(given);
    CHECK(retention.retention_days == 11);
    CHECK(retention.body_days == 7);
    CHECK(retention.max_bytes == 64 * 1024 * 1024);
    const auto link = app::link_settings(given);
    CHECK(link.proxy == "http://proxy.example:3128");
    CHECK(link.proxy_user == "relay");
    CHECK(link.proxy_password.reveal() == "secret");
    CHECK(link.ca_file == "/etc/ca.pem");
    CHECK(app::log_level(given) == base::Level::debug);
}

TEST_CASE("the defaults of the settings are the parts' own", "[app][rules]")
{
    const config::Settings defaults;
    CHECK(app::rotation_rules(defaults).renew_at == Approx(certs::RotationRules{}.renew_at));
    CHECK(app::rotation_rules(defaults).overlap == certs::RotationRules{}.overlap);
    CHECK(app::log_level(defaults) == base::Level::info);
    CHECK(app::link_settings(defaults).proxy_password.reveal().empty());
}

TEST_CASE("a listener is reached by its public name, the machine's and loopback, each once", "[app][rules]")
{
    const auto names = [](const std::string& url, const std::string& host) {
        config::Entries entries;
        if (!url.empty()) entries.push_back({"webhook.public_url", url});
        return app::listener_names(settings(entries), host);
    };
    const auto named = names("https://relay.example:8443/", "server01");
    CHECK(named.dns == Names{"relay.example", "server01", "localhost"});
    CHECK(named.addresses == Names{"127.0.0.1"});

    const auto unset = names("", "server01");
    CHECK(unset.dns == Names{"server01", "localhost"});
    CHECK(unset.addresses == Names{"127.0.0.1"});

    const auto by_address = names("https://192.0.2.7/", "server01");
    CHECK(by_address.dns == Names{"server01", "localhost"});
    CHECK(by_address.addresses == Names{"192.0.2.7", "127.0.0.1"});

    const auto by_v6 = names("https://[2001:db8::7]:8443/", "");
    CHECK(by_v6.dns == Names{"localhost"});
    CHECK(by_v6.addresses == Names{"2001:db8::7", "127.0.0.1"});

    CHECK(names("https://server01/", "server01").dns == Names{"server01", "localhost"});
    CHECK(names("https://localhost/", "localhost").dns == Names{"localhost"});
    CHECK(names("https://127.0.0.1/", "").addresses == Names{"127.0.0.1"});
}

TEST_CASE("the cloud is told what the admin chose", "[app][rules]")
{
    const auto chosen = app::chosen_settings(settings({{"scope.ticket_types", "1, 25"},
                                                       {"scope.assignable_types", "25"},
                                                       {"automation.dispatch", "on"},
                                                       {"automation.request_info", "on"},
                                                       {"poll.enabled", "off"}}));
    relay::ChosenSettings expected;
    expected.ticket_types = {1, 25};
    expected.assignable_types = {25};
    expected.dispatch = true;
    expected.request_info = true;
    expected.poll = "off";
    CHECK(chosen == expected);
}
