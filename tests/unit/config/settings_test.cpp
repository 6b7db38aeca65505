#include "daemon/config/settings.hpp"
#include "daemon/config/sources.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace {

using namespace mizo::config;
using namespace std::chrono_literals;

boost::json::object object(std::string_view text)
{
    return boost::json::parse(text).as_object();
}

// "key: code" of each problem, in order.
std::vector<std::string> brief(const Problems& problems)
{
    std::vector<std::string> lines;
    for (const Problem& problem : problems) lines.push_back(problem.key + ": " + problem.code);
    return lines;
}

Settings changed(const Settings& settings, std::string_view patch)
{
    const auto change = settings.with(object(patch));
    INFO(patch);
    REQUIRE(brief(change.problems).empty());
    return change.settings;
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("without any source the settings are the product's defaults", "[config]")
{
    const Settings settings;
    CHECK(settings.listen_address(Key::admin_listen).port == 8470);
    CHECK(settings.listen_address(Key::admin_listen).loopback);
    CHECK_FALSE(settings.listen_address(Key::webhook_listen).loopback);
    CHECK(settings.integer(Key::webhook_max_body) == 4 * 1024 * 1024);
    CHECK(settings.duration(Key::poll_interval) == 60s);
    CHECK(settings.duration(Key::rotation_overlap_days) == std::chrono::days{14});
    CHECK(settings.number(Key::rotation_renew_at) == Approx(0.66));
    CHECK(settings.flag(Key::agent_enabled));
    CHECK(settings.ids(Key::scope_ticket_types).empty());
    CHECK_FALSE(settings.url(Key::halo_url));
    CHECK(settings.secret(Key::halo_client_secret).empty());
    CHECK(settings.is(Key::webhook_tls, "auto"));
    CHECK(settings.origin(Key::webhook_tls) == Origin::fallback);
    CHECK(brief(check_rules(settings)).empty());
}

TEST_CASE("a flag wins over the environment, the file, the database and the default", "[config]")
{
    Sources sources;
    const auto level = [&] {
        const auto loaded = Settings::load(sources);
        return loaded.settings.text(Key::log_level) + " of " +
               std::string{name_of(loaded.settings.origin(Key::log_level))};
    };
    CHECK(level() == "info of default");
    sources.database = {{"log.level", "debug"}};
    CHECK(level() == "debug of database");
    sources.file = {{"log.level", "warning"}};
    CHECK(level() == "warning of file");
    sources.environment = {{"log.level", "error"}};
    CHECK(level() == "error of environment");
    sources.flags = {{"log.level", "info"}};
    CHECK(level() == "info of flag");
}

TEST_CASE("all problems are reported at once, each with its place", "[config]")
{
    const auto file = read_file("log.level = loud\n\n# a comment\nno equals sign\nwebhook.lisen = x\n"
                                "log.level = info\nwebhook.max_body = 1\n",
                                "mizo-relay.conf");
    CHECK(brief(file.problems) == Lines{": file_syntax", "log.level: value_twice"});
    CHECK(file.problems.front().place == "mizo-relay.conf, line 4");

    Sources sources;
    sources.file = file.entries;
    sources.flags = {{"admin.listen", "0.0.0.0:8470"}};
    const auto loaded = Settings::load(sources);
    CHECK(brief(loaded.problems) == Lines{"log.level: value_choice", "webhook.lisen: value_unknown",
                                          "webhook.max_body: value_range", "admin.listen: value_needs_tls"});
    CHECK(loaded.problems[1].place == "mizo-relay.conf, line 5");
    CHECK(loaded.settings.text(Key::log_level) == "info");
}

TEST_CASE("a file from a Windows editor reads like any other", "[config]")
{
    const auto file = read_file("\xef\xbb\xbflog.level = debug\r\nhalo.client_id =\r\nx", "f");
    REQUIRE(file.entries.size() == 2);
    CHECK(file.entries[0].name == "log.level");
    CHECK(file.entries[0].text == "debug");
    CHECK(file.entries[1].text.empty());
    CHECK(file.problems.front().place == "f, line 3");
}

TEST_CASE("the environment is read by name, and a misspelt name is a problem", "[config]")
{
    const auto read = read_environment({"HOME=/root", "MIZO_RELAY_WEBHOOK_LISTEN=127.0.0.1:1",
                                        "MIZO_RELAY_DATA_DIR=/x", "MIZO_RELAY_WEBHOOK_LISEN=x"},
                                       {"MIZO_RELAY_DATA_DIR"});
    REQUIRE(read.entries.size() == 1);
    CHECK(read.entries[0].name == "webhook.listen");
    CHECK(read.entries[0].text == "127.0.0.1:1");
    CHECK(brief(read.problems) == Lines{"MIZO_RELAY_WEBHOOK_LISEN: value_unknown"});
}

TEST_CASE("a secret is not taken from the environment, and is no flag", "[config]")
{
    Sources sources;
    sources.environment = {{"halo.client_secret", "canary"}};
    const auto loaded = Settings::load(sources);
    CHECK(brief(loaded.problems) == Lines{"halo.client_secret: value_secret_place"});
    CHECK(loaded.problems.front().text.find("canary") == std::string::npos);
    CHECK_FALSE(loaded.settings.is_set(Key::halo_client_secret));
    CHECK(flag_options().find_nothrow("halo.client_secret", false) == nullptr);
    CHECK(flag_options().find_nothrow("halo.url", false) != nullptr);
}

TEST_CASE("a change is all or nothing, and names each bad value", "[config]")
{
    const Settings before = changed({}, R"({"log.level":"debug"})");
    const auto change = before.with(
        object(R"({"log.level":"error","webhook.auth":"magic","store.body_days":0,"no.such":1})"));
    CHECK(brief(change.problems) ==
          Lines{"webhook.auth: value_choice", "store.body_days: value_range", "no.such: value_unknown"});
    CHECK(change.settings.text(Key::log_level) == "debug");
    CHECK(change.changed.empty());
}

TEST_CASE("what a change has to keep is named, and null goes back to the default", "[config]")
{
    const auto change = Settings{}.with(object(R"({"log.level":"debug","scope.ticket_types":["4",25]})"));
    CHECK(change.changed == std::vector{Key::scope_ticket_types, Key::log_level});
    CHECK(change.settings.stored_text(Key::scope_ticket_types) == "4, 25");
    CHECK(change.settings.ids(Key::scope_ticket_types) == std::vector<std::int64_t>{4, 25});

    const auto back = change.settings.with(object(R"({"log.level":null})"));
    CHECK(back.changed == std::vector{Key::log_level});
    CHECK_FALSE(back.settings.stored_text(Key::log_level));
    CHECK(back.settings.text(Key::log_level) == "info");
    CHECK(back.settings.origin(Key::log_level) == Origin::fallback);
}

TEST_CASE("what was stored is read again with the same meaning", "[config]")
{
    const Settings stored = changed({}, R"({"webhook.max_body":"1536 KiB","halo.client_secret":" blank ends ",
        "webhook.max_age":3600,"automation.triage":true,"rotation.renew_at":0.5,
        "halo.scopes":["all:teams"]})");
    Sources sources;
    for (const Setting& setting : all_settings())
        if (const auto text = stored.stored_text(setting.key))
            sources.database.push_back({std::string{setting.name}, *text});
    const auto loaded = Settings::load(sources);
    CHECK(brief(loaded.problems).empty());
    CHECK(loaded.settings.to_json() == stored.to_json());
    CHECK(loaded.settings.secret(Key::halo_client_secret) == " blank ends ");
}

TEST_CASE("a key without a value pins the default", "[config]")
{
    Sources sources;
    sources.file = {{"webhook.max_body", ""}, {"webhook.listen", ""}};
    sources.database = {{"webhook.max_body", "1 MiB"}};
    const auto loaded = Settings::load(sources);
    CHECK(brief(loaded.problems).empty());
    CHECK(loaded.settings.integer(Key::webhook_max_body) == 4 * 1024 * 1024);
    CHECK(loaded.settings.listen_address(Key::webhook_listen).port == 8471);
    CHECK(loaded.settings.locked(Key::webhook_max_body));
}

TEST_CASE("what the file pins, or only the file may say, is locked", "[config]")
{
    Sources sources;
    sources.file = {{"log.level", "error"}};
    sources.database = {{"log.level", "debug"}};
    const Settings settings = Settings::load(sources).settings;
    const auto change = settings.with(object(R"({"log.level":"info","admin.listen":"127.0.0.1:1"})"));
    CHECK(brief(change.problems) == Lines{"log.level: value_locked", "admin.listen: value_locked"});
    CHECK(change.problems.front().text == "Pinned by file");
    CHECK(settings.stored_text(Key::log_level) == "debug");
}

TEST_CASE("another host in halo.url clears the secrets of HaloPSA", "[config]")
{
    const Settings before = changed({}, R"({"halo.url":"https://a.example","halo.client_secret":"one",
                                            "halo.tab_secret":"two","webhook.hmac_secret":"three"})");
    SECTION("the same host with another path keeps them")
    {
        const Settings after = changed(before, R"({"halo.url":"https://A.example/halo"})");
        CHECK(after.secret(Key::halo_client_secret) == "one");
    }
    SECTION("another name, port or scheme does not")
    {
        const std::string url = GENERATE("https://b.example", "https://a.example:444", "http://localhost");
        const auto change = before.with(object(R"({"halo.url":")" + url + "\"}"));
        REQUIRE(change.problems.empty());
        CHECK(change.settings.secret(Key::halo_client_secret).empty());
        CHECK(change.settings.secret(Key::halo_tab_secret).empty());
        CHECK(change.settings.secret(Key::webhook_hmac_secret) == "three");
        CHECK(change.changed == std::vector{Key::halo_url, Key::halo_client_secret, Key::halo_tab_secret});
    }
    SECTION("not even another scheme does")
    {
        const Settings local = changed(before, R"({"halo.url":"https://[::1]:9","halo.client_secret":"x"})");
        CHECK(changed(local, R"({"halo.url":"http://[::1]:9"})").secret(Key::halo_client_secret).empty());
    }
    SECTION("a secret that comes with the change is kept")
    {
        const Settings after =
            changed(before, R"({"halo.client_secret":"new","halo.url":"https://b.example"})");
        CHECK(after.secret(Key::halo_client_secret) == "new");
        CHECK(after.secret(Key::halo_tab_secret).empty());
    }
    SECTION("a secret that the file pins cannot be aimed at another host")
    {
        Sources sources;
        sources.file = {{"halo.client_secret", "pinned"}};
        sources.database = {{"halo.url", "https://a.example"}};
        const auto change =
            Settings::load(sources).settings.with(object(R"({"halo.url":"https://b.example"})"));
        CHECK(brief(change.problems) == Lines{"halo.url: value_locked"});
    }
}

TEST_CASE("a listener that is open to the network has TLS or a named proxy", "[config]")
{
    const auto problems = [](Entries file) {
        Sources sources;
        sources.file = std::move(file);
        return brief(Settings::load(sources).problems);
    };
    CHECK(problems({{"webhook.tls", "off"}}) == Lines{"webhook.tls: value_needs_tls"});
    CHECK(problems({{"webhook.tls", "off"}, {"webhook.listen", "127.0.0.1:8471"}}).empty());
    CHECK(problems({{"webhook.tls", "off"}, {"webhook.proxies", "10.0.0.7"}}).empty());
    CHECK(problems({{"admin.listen", "[::]:8470"}}) == Lines{"admin.listen: value_needs_tls"});
    CHECK(problems({{"admin.listen", "[::1]:8470"}}).empty());
    CHECK(problems({{"admin.listen", "0.0.0.0:8470"}, {"admin.tls", "auto"}}).empty());
    CHECK(problems({{"admin.tls", "file"}}) == Lines{"admin.tls_file: value_required"});
    CHECK(problems({{"webhook.auth", "basic"}}) ==
          Lines{"webhook.basic_user: value_required", "webhook.basic_password: value_required"});
    CHECK(problems({{"store.retention_days", "13"}}) == Lines{"store.body_days: value_range"});
    CHECK(problems({{"store.retention_days", "14"}}).empty());
}

TEST_CASE("a rule that the file breaks does not stop other changes", "[config]")
{
    Sources sources;
    sources.file = {{"webhook.auth", "hmac"}};
    const Settings settings = Settings::load(sources).settings;
    CHECK(settings.with(object(R"({"log.level":"debug"})")).problems.empty());
    CHECK(brief(settings.with(object(R"({"webhook.tls":"file"})")).problems) ==
          Lines{"webhook.tls_file: value_required"});
}

TEST_CASE("the admin API sees type, bounds and origin of each setting, and no secret", "[config]")
{
    const Settings settings = changed({}, R"({"halo.tab_secret":"canary"})");
    const auto json = settings.to_json();
    CHECK(json.size() == all_settings().size());
    CHECK(boost::json::serialize(json.at("webhook.max_body")) ==
          R"({"value":4194304,"origin":"default","locked":false,"secret":false,"type":"integer",)"
          R"("group":"webhook","restart":false,"default":4194304,"unit":"bytes","min":1024,"max":16777216})");
    CHECK(boost::json::serialize(json.at("halo.tab_secret")) ==
          R"({"value":{"set":true},"origin":"database","locked":false,"secret":true,"type":"string",)"
          R"("group":"halo","restart":false,"default":null})");
    CHECK(boost::json::serialize(json.at("scope.ticket_types").at("value")) == "[]");
    CHECK(json.at("halo.url").at("value").is_null());
    CHECK(boost::json::serialize(json).find("canary") == std::string::npos);
}
