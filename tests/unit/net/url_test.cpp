#include "daemon/net/url.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using net::parse_url;
using net::Url;

TEST_CASE("an address is read into what a connection needs", "[net][url]")
{
    struct Row {
        const char* text;
        Url url;
        const char* authority;
    };
    const Row rows[] = {
        {"https://cloud.example", {true, "cloud.example", 443, "/"}, "cloud.example"},
        {"WSS://Cloud.Example:8443/link/v1/connect",
         {true, "cloud.example", 8443, "/link/v1/connect"},
         "cloud.example:8443"},
        {"https://cloud.example/a?b=c&d", {true, "cloud.example", 443, "/a?b=c&d"}, "cloud.example"},
        {"https://cloud.example?q=1", {true, "cloud.example", 443, "/?q=1"}, "cloud.example"},
        {"https://cloud.example:80", {true, "cloud.example", 80, "/"}, "cloud.example:80"},
        {"wss://[2001:DB8::1]:444/x", {true, "2001:db8::1", 444, "/x"}, "[2001:db8::1]:444"},
        {"https://192.0.2.7/x", {true, "192.0.2.7", 443, "/x"}, "192.0.2.7"},
        {"http://127.0.0.1:8470/api", {false, "127.0.0.1", 8470, "/api"}, "127.0.0.1:8470"},
        {"ws://[::1]:9/", {false, "::1", 9, "/"}, "[::1]:9"},
        {"ws://localhost", {false, "localhost", 80, "/"}, "localhost"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto url = parse_url(row.text);
        REQUIRE(url.has_value());
        CHECK(*url == row.url);
        CHECK(url->authority() == row.authority);
    }
}

TEST_CASE("an address that is no place for a relay to go is refused, with the reason", "[net][url]")
{
    struct Row {
        const char* text;
        const char* says;
    };
    const Row rows[] = {
        {"", "not a URL"},
        {"cloud.example", "not a URL"},
        {"https:cloud.example", "must begin with"},
        {"ftp://cloud.example", "must begin with"},
        {"file:///etc/passwd", "must begin with"},
        {"https://", "no usable host"},
        {"https:///x", "no usable host"},
        {"https://user@cloud.example", "user name"},
        {"https://user:pass@cloud.example", "user name"},
        {"https://@cloud.example", "user name"},
        {"https://cloud.example/#part", "'#'"},
        {"https://cloud.example/#", "'#'"},
        {"https://cloud.example:0", "port"},
        {"https://cloud.example:65536", ""},
        {"https://cloud.example:https", ""},
        {"https://cloud.exa mple", "not a URL"},
        {"https://cloud.example/\r\nX: y", "not a URL"},
        {"https://cl%6fud.example", "no usable host"},
        {"https://cloud..example", "no usable host"},
        {"https://cloud.example.", "no usable host"},
        {"https://127.1", "no usable host"},
        {"https://2130706433", "no usable host"},
        {"https://0x7f000001", "no usable host"},
        {"http://cloud.example", "Without TLS"},
        {"ws://192.168.1.4", "Without TLS"},
        {"ws://127.0.0.1.nip.io", "no usable host"},
        {"http://localhost.example", "Without TLS"},
        {"ws://[::ffff:10.0.0.1]", "Without TLS"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto url = parse_url(row.text);
        REQUIRE(url.has_error());
        CHECK(url.error().kind() == base::Errc::invalid);
        CHECK(url.error().code() == "value_url");
        CHECK_THAT(url.error().text(), Catch::Contains(row.says));
    }
}

TEST_CASE("an address may have 2,048 bytes, and not one more", "[net][url]")
{
    const std::string start = "https://cloud.example/";
    CHECK(parse_url(start + std::string(2'048 - start.size(), 'a')).has_value());
    CHECK(parse_url(start + std::string(2'049 - start.size(), 'a')).has_error());
}

TEST_CASE("an address is shown without its query, where a token could stand", "[net][url]")
{
    CHECK(parse_url("wss://cloud.example:444/a/b?token=x")->shown() == "https://cloud.example:444/a/b");
}
