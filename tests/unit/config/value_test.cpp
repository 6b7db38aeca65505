#include "daemon/config/value.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <string>

namespace {

using namespace mizo::config;

std::string code_of(const Parsed& parsed)
{
    return parsed.problem ? parsed.problem->code : "";
}

std::string text_code(Key key, std::string_view text)
{
    return code_of(parse_text(setting_of(key), text));
}

std::string json_code(Key key, std::string_view json)
{
    return code_of(parse_json(setting_of(key), boost::json::parse(json)));
}

// What is left of a text after it was understood and written again.
std::string again(Key key, std::string_view text)
{
    const auto parsed = parse_text(setting_of(key), text);
    REQUIRE_FALSE(parsed.problem);
    return to_text(setting_of(key), parsed.value);
}

} // namespace

TEST_CASE("every default is a value that its own setting takes, and writes the same again", "[config]")
{
    for (const Setting& setting : all_settings()) {
        INFO(setting.name);
        const auto parsed = parse_text(setting, setting.fallback);
        CHECK_FALSE(parsed.problem);
        const auto reread = parse_text(setting, to_text(setting, parsed.value));
        CHECK(reread.value == parsed.value);
    }
}

TEST_CASE("sizes are written with the largest unit that fits", "[config]")
{
    CHECK(again(Key::webhook_max_body, "4 MiB") == "4 MiB");
    CHECK(again(Key::webhook_max_body, "4194304") == "4 MiB");
    CHECK(again(Key::webhook_max_body, "1536KiB") == "1536 KiB");
    CHECK(again(Key::webhook_max_body, "1025") == "1025 B");
    CHECK(text_code(Key::webhook_max_body, "4 MB") == "value_type");
    CHECK(text_code(Key::webhook_max_body, "four") == "value_type");
    CHECK(text_code(Key::webhook_max_body, "4 MiB MiB") == "value_type");
    CHECK(text_code(Key::webhook_max_body, "4.5 MiB") == "value_type");
}

TEST_CASE("a number is taken at each end of its range, and refused one beyond", "[config]")
{
    CHECK(text_code(Key::webhook_max_body, "1024").empty());
    CHECK(text_code(Key::webhook_max_body, "1023") == "value_range");
    CHECK(text_code(Key::webhook_max_body, "16 MiB").empty());
    CHECK(text_code(Key::webhook_max_body, "16777217") == "value_range");
    CHECK(text_code(Key::webhook_max_body, "-1") == "value_range");
    CHECK(text_code(Key::store_max_bytes, "1 TiB").empty());
    CHECK(text_code(Key::store_max_bytes, "16777217 TiB") == "value_range"); // 1 TiB, were it to overflow
    CHECK(text_code(Key::store_max_bytes, "99999999999999999999") == "value_type");
    CHECK(text_code(Key::rotation_renew_at, "0.95").empty());
    CHECK(text_code(Key::rotation_renew_at, "0.951") == "value_range");
    CHECK(text_code(Key::rotation_renew_at, "nan") == "value_type");
    CHECK(json_code(Key::rotation_renew_at, "0.5").empty());
    CHECK(json_code(Key::rotation_renew_at, "1") == "value_range");
    CHECK(json_code(Key::poll_interval, "14") == "value_range");
    CHECK(json_code(Key::poll_interval, "15").empty());
    CHECK(json_code(Key::poll_interval, "15.5") == "value_type");
}

TEST_CASE("the range of a number is named where it is refused", "[config]")
{
    const auto parsed = parse_text(setting_of(Key::rotation_overlap_days), "0");
    REQUIRE(parsed.problem);
    CHECK(parsed.problem->text == "Must lie between 1 and 365");
    CHECK(boost::json::serialize(parsed.problem->args) == R"({"min":1,"max":365})");
}

TEST_CASE("times and days take their units", "[config]")
{
    CHECK(again(Key::poll_interval, "2 min") == "2 min");
    CHECK(again(Key::poll_interval, "90") == "90 s");
    CHECK(again(Key::webhook_max_age, "1 h") == "1 h");
    CHECK(again(Key::webhook_max_age, "0") == "0");
    CHECK(again(Key::store_body_days, "1 day") == "1 day");
    CHECK(again(Key::store_body_days, "14 d") == "14 days");
    CHECK(text_code(Key::store_body_days, "14 s") == "value_type");
}

TEST_CASE("switches take the words that people write, and no others", "[config]")
{
    CHECK(again(Key::agent_enabled, "yes") == "on");
    CHECK(again(Key::agent_enabled, "0") == "off");
    CHECK(text_code(Key::agent_enabled, "On") == "value_type");
    CHECK(json_code(Key::agent_enabled, "true").empty());
    CHECK(json_code(Key::agent_enabled, "1") == "value_type");
}

TEST_CASE("a choice is one of its words exactly", "[config]")
{
    CHECK(text_code(Key::webhook_auth, "hmac").empty());
    CHECK(text_code(Key::webhook_auth, "x509 hmac") == "value_choice");
    CHECK(text_code(Key::webhook_auth, "HMAC") == "value_choice");
    CHECK(json_code(Key::webhook_auth, "[]") == "value_type");
    CHECK(parse_text(setting_of(Key::webhook_padding), "oaep").problem->text == "Must be one of pkcs1 pss");
}

TEST_CASE("HaloPSA is reached over https, or in plain text on this machine only", "[config]")
{
    const auto code =
        GENERATE(table<std::string, std::string>({{"https://msp.halopsa.com", ""},
                                                  {"https://msp.halopsa.com:8443/halo/", ""},
                                                  {"http://127.0.0.1:9000", ""},
                                                  {"http://[::1]:9000", ""},
                                                  {"http://localhost:9000", ""},
                                                  {"http://msp.halopsa.com", "value_url"},
                                                  {"http://127.0.0.1.nip.io", "value_url"},
                                                  {"http://localhost.evil.example", "value_url"},
                                                  {"https://user@msp.halopsa.com", "value_url"},
                                                  {"https://msp.halopsa.com/#x", "value_url"},
                                                  {"https://msp.halopsa.com/?x=1", "value_url"},
                                                  {"https://msp.halopsa.com/../api", "value_url"},
                                                  {"https://msp.halopsa.com:0", "value_url"},
                                                  {"https://msp.halopsa.com:65536", "value_url"},
                                                  {"https://1.2.3", "value_url"},
                                                  {"https://", "value_url"},
                                                  {"https://a..b", "value_url"},
                                                  {"https://-a.b", "value_url"},
                                                  {"wss://msp.halopsa.com", "value_url"},
                                                  {"msp.halopsa.com", "value_url"},
                                                  {"https://msp.halopsa.com\r\nHost: x", "value_type"}}));
    INFO(std::get<0>(code));
    CHECK(text_code(Key::halo_url, std::get<0>(code)) == std::get<1>(code));
}

TEST_CASE("the link takes wss and https, and plain text on this machine only", "[config]")
{
    CHECK(text_code(Key::link_url, "wss://link.mizo.example").empty());
    CHECK(text_code(Key::link_url, "https://link.mizo.example").empty());
    CHECK(text_code(Key::link_url, "ws://127.0.0.1:8480").empty());
    CHECK(text_code(Key::link_url, "ws://link.mizo.example") == "value_url");
    CHECK(text_code(Key::link_proxy, "http://proxy:3128").empty());
    CHECK(text_code(Key::link_proxy, "none").empty());
    CHECK(text_code(Key::link_proxy, "http://user:pass@proxy:3128") == "value_type");
}

TEST_CASE("listen addresses are numeric and have a port", "[config]")
{
    CHECK(text_code(Key::webhook_listen, "0.0.0.0:8471").empty());
    CHECK(text_code(Key::webhook_listen, "[::]:0").empty());
    CHECK(text_code(Key::webhook_listen, "[::ffff:127.0.0.1]:8471").empty());
    CHECK(text_code(Key::webhook_listen, "::1:8471") == "value_address");
    CHECK(text_code(Key::webhook_listen, "[127.0.0.1]:8471") == "value_address");
    CHECK(text_code(Key::webhook_listen, "localhost:8471") == "value_address");
    CHECK(text_code(Key::webhook_listen, "127.0.0.1") == "value_address");
    CHECK(text_code(Key::webhook_listen, "127.0.0.1:65536") == "value_address");
    CHECK(text_code(Key::webhook_listen, "127.0.0.1:+80") == "value_address");
    CHECK(text_code(Key::webhook_listen, "127.0.0.01:80") == "value_address");
    CHECK(text_code(Key::webhook_listen, "256.0.0.1:80") == "value_address");
    CHECK(text_code(Key::webhook_listen, "[1:2:3:4:5:6:7:8:9]:80") == "value_address");
    CHECK(text_code(Key::webhook_listen, "[1::2::3]:80") == "value_address");
    CHECK(text_code(Key::webhook_listen, "[1:2:3:4:5:6:7::]:80").empty());
    CHECK(text_code(Key::webhook_listen, "[1:2:3:4:5:6:7::8]:80") == "value_address");
}

TEST_CASE("lists are written with commas or as JSON, and an empty one is unset", "[config]")
{
    CHECK(again(Key::scope_ticket_types, " 1,25 , 4 ") == "1, 25, 4");
    CHECK(again(Key::scope_ticket_types, "").empty());
    CHECK(text_code(Key::scope_ticket_types, "1 4") == "value_type");
    CHECK(text_code(Key::scope_ticket_types, "0") == "value_type");
    CHECK(text_code(Key::scope_ticket_types, "-3") == "value_type");
    CHECK(json_code(Key::scope_ticket_types, R"([1,"4"])").empty());
    CHECK(json_code(Key::scope_ticket_types, R"([1.5])") == "value_type");
    CHECK(json_code(Key::scope_ticket_types, R"("1")") == "value_type");
    CHECK(json_code(Key::halo_scopes, R"(["read:tickets","all:teams"])").empty());
    CHECK(json_code(Key::halo_scopes, R"(["read:tickets edit:tickets"])") == "value_type");
    CHECK(json_code(Key::halo_scopes, R"([""])") == "value_type");
}

TEST_CASE("texts have a longest length and no control characters", "[config]")
{
    CHECK(text_code(Key::webhook_prefix, std::string(40, 'x')).empty());
    CHECK(text_code(Key::webhook_prefix, std::string(41, 'x')) == "value_too_long");
    CHECK(text_code(Key::halo_client_id, "a\x1b[31mb") == "value_type");
    CHECK(text_code(Key::halo_client_id, "\xff") == "value_type");
    CHECK(text_code(Key::webhook_signature_header, "X-Signature").empty());
    CHECK(text_code(Key::webhook_signature_header, "X Signature") == "value_header_name");
    const auto seventeen = boost::json::array(17, "10.0.0.1");
    CHECK(code_of(parse_json(setting_of(Key::webhook_proxies), seventeen)) == "value_range");
}

TEST_CASE("of a secret only its being set is shown, and the end of a long one", "[config]")
{
    const Setting& setting = setting_of(Key::halo_client_secret);
    const auto shown = [&](std::string_view secret) {
        return boost::json::serialize(to_json(setting, parse_text(setting, secret).value));
    };
    CHECK(shown("") == R"({"set":false})");
    CHECK(shown("fifteen-letters") == R"({"set":true})");
    CHECK(shown("sixteen--letters") == R"({"set":true,"last4":"ters"})");
    const auto refused = parse_text(setting, "canary\n");
    REQUIRE(refused.problem);
    CHECK(refused.problem->text.find("canary") == std::string::npos);
}
