#include "daemon/admin/gate.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using admin::AdminAddress;
using admin::check_gate;

namespace {

web::RequestHead head_of(std::string method, std::string path, web::Headers headers)
{
    web::RequestHead head;
    head.method = std::move(method);
    head.path = std::move(path);
    head.headers = std::move(headers);
    if (head.headers.find("Host") == nullptr) head.headers.add("Host", "127.0.0.1:8470");
    return head;
}

std::string verdict(std::string method, web::Headers headers, std::string path = "/api/v1/session")
{
    return std::string{
        check_gate(AdminAddress{}, head_of(std::move(method), std::move(path), std::move(headers)))};
}

} // namespace

TEST_CASE("only the loopback names with the listener's port are its hosts", "[admin][gate]")
{
    const AdminAddress address;
    for (const char* host : {"127.0.0.1:8470", "localhost:8470", "LOCALHOST:8470", "[::1]:8470"}) {
        INFO(host);
        CHECK(admin::host_is_ours(address, host));
    }
    for (const char* host :
         {"", "127.0.0.1", "localhost", "127.0.0.1:8471", "127.0.0.1:84700", "0.0.0.0:8470", "127.0.0.2:8470",
          "127.0.0.1.nip.io:8470", "localhost.evil:8470", "localhost.:8470", "127.0.0.1:8470@evil",
          "evil@127.0.0.1:8470", "::1:8470", "[::1]", "[::ffff:127.0.0.1]:8470", "2130706433:8470",
          " 127.0.0.1:8470", "127.0.0.1:8470 ", "example.net:8470"}) {
        INFO(host);
        CHECK_FALSE(admin::host_is_ours(address, host));
    }
}

TEST_CASE("the port may be missing only where it is the scheme's own", "[admin][gate]")
{
    CHECK(admin::host_is_ours({.port = 443, .tls = true, .hosts = {}}, "localhost"));
    CHECK(admin::host_is_ours({.port = 80, .tls = false, .hosts = {}}, "localhost"));
    CHECK_FALSE(admin::host_is_ours({.port = 443, .tls = false, .hosts = {}}, "localhost"));
}

TEST_CASE("names of a listener beyond loopback are its hosts when it was told them", "[admin][gate]")
{
    const AdminAddress address{.port = 8470, .tls = true, .hosts = {"relay.example.net"}};
    CHECK(admin::host_is_ours(address, "Relay.example.net:8470"));
    CHECK_FALSE(admin::host_is_ours(address, "relay.example.net.evil:8470"));
}

TEST_CASE("a foreign host is refused before everything else, on every path", "[admin][gate]")
{
    for (const char* path : {"/", "/healthz", "/metrics", "/api/v1/status", "/app.js"}) {
        INFO(path);
        CHECK(verdict("GET", {{"Host", "evil.example:8470"}, {"Origin", "null"}}, path) ==
              "host_not_allowed");
    }
    CHECK(verdict("GET", {{"Host", "127.0.0.1:8470"}, {"Host", "127.0.0.1:8470"}}) == "host_not_allowed");
}

TEST_CASE("an origin that is sent must be the page's own, to the letter", "[admin][gate]")
{
    CHECK(verdict("POST", {{"Origin", "http://127.0.0.1:8470"}}).empty());
    CHECK(verdict("POST", {{"Host", "localhost:8470"}, {"Origin", "http://localhost:8470"}}).empty());
    for (const char* origin :
         {"null", "", "http://127.0.0.1", "http://127.0.0.1:8471", "https://127.0.0.1:8470",
          "http://localhost:8470", "http://127.0.0.1:8470.evil.example", "http://evil.example",
          "http://127.0.0.1:8470/", "file://", "HTTP://127.0.0.1:8470"}) {
        INFO(origin);
        CHECK(verdict("POST", {{"Origin", origin}}) == "origin_refused");
        CHECK(verdict("GET", {{"Origin", origin}}) == "origin_refused");
    }
}

TEST_CASE("fetch metadata of another site is refused", "[admin][gate]")
{
    CHECK(verdict("POST", {{"Sec-Fetch-Site", "same-origin"}}).empty());
    for (const char* site : {"cross-site", "same-site", "none", "", "Same-Origin"}) {
        INFO(site);
        CHECK(verdict("POST", {{"Sec-Fetch-Site", site}}) == "origin_refused");
    }
    CHECK(verdict("GET", {{"Sec-Fetch-Site", "cross-site"}}) == "origin_refused");
    CHECK(verdict("GET", {{"Sec-Fetch-Site", "none"}}).empty());
    // A link in a mail may open the page.
    CHECK(verdict("GET", {{"Sec-Fetch-Site", "cross-site"}}, "/deliveries").empty());
    CHECK(verdict("POST", {{"Sec-Fetch-Site", "cross-site"}}, "/deliveries") == "origin_refused");
}

TEST_CASE("a body is JSON or refused", "[admin][gate]")
{
    CHECK(verdict("POST", {{"Content-Length", "2"}, {"Content-Type", "application/json"}}).empty());
    CHECK(verdict("POST", {{"Content-Length", "2"}, {"Content-Type", "Application/JSON; charset=UTF-8"}})
              .empty());
    CHECK(verdict("POST", {}).empty());
    CHECK(verdict("DELETE", {{"Content-Length", "0"}}).empty());
    CHECK(verdict("POST", {{"Content-Length", "2"}}) == "unsupported_type");
    CHECK(verdict("POST", {{"Transfer-Encoding", "chunked"}}) == "unsupported_type");
    for (const char* type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "",
          "application/json; charset=utf-16", "application/jsonp", "text/plain, application/json"}) {
        INFO(type);
        CHECK(verdict("POST", {{"Content-Type", type}}) == "unsupported_type");
    }
}

TEST_CASE("every answer forbids keeping, framing, guessing and foreign scripts", "[admin][gate]")
{
    web::Response response;
    admin::add_security_headers(response, false);
    CHECK(response.headers.find("Content-Security-Policy")
              ->starts_with("default-src 'none'; script-src 'self';"));
    CHECK(*response.headers.find("X-Frame-Options") == "DENY");
    CHECK(*response.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(*response.headers.find("Referrer-Policy") == "no-referrer");
    CHECK(*response.headers.find("Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(*response.headers.find("Cross-Origin-Resource-Policy") == "same-origin");
    CHECK(*response.headers.find("Cache-Control") == "no-store");
    CHECK(response.headers.find("Strict-Transport-Security") == nullptr);
    CHECK(response.headers.find("Server") == nullptr);
    admin::add_security_headers(response, true);
    CHECK(*response.headers.find("Strict-Transport-Security") == "max-age=31536000");
}

TEST_CASE("the session's cookie goes to this host alone and to no script", "[admin][gate]")
{
    CHECK(admin::set_session_cookie("abc") == "__Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
    CHECK(admin::clear_session_cookie().ends_with("; Max-Age=0"));
}

TEST_CASE("a cookie is found among others, and two that differ are none", "[admin][gate]")
{
    CHECK(admin::cookie({{"Cookie", "a=1; __Host-sid=abc; b=2"}}, "__Host-sid") == "abc");
    CHECK(admin::cookie({{"Cookie", "x__Host-sid=no"}}, "__Host-sid").empty());
    CHECK(admin::cookie({{"Cookie", "__Host-sid=a; __Host-sid=b"}}, "__Host-sid").empty());
    CHECK(admin::cookie({{"Cookie", "__Host-sid=a"}, {"Cookie", "__Host-sid=b"}}, "__Host-sid").empty());
    CHECK(admin::cookie({}, "__Host-sid").empty());
}

TEST_CASE("a bearer token stands behind its scheme", "[admin][gate]")
{
    CHECK(admin::bearer_token({{"Authorization", "Bearer k"}}) == "k");
    CHECK(admin::bearer_token({{"Authorization", "bearer k"}}) == "k");
    CHECK(admin::bearer_token({{"Authorization", "Basic k"}}).empty());
    CHECK(admin::bearer_token({{"Authorization", "Bearer "}}).empty());
    CHECK(admin::bearer_token({{"Authorization", "Bearer k"}, {"Authorization", "Bearer k"}}).empty());
}

TEST_CASE("a path to set-up is seen in every disguise", "[admin][gate]")
{
    for (const char* path :
         {"/setup", "/setup/", "/SETUP", "/Setup/anything", "/setup.aspx", "/%73etup", "/%2573etup",
          "//setup", "/%2fsetup", "/\\setup", "/api/v1/setup", "/api/v1/setup/", "/API/v1/Setup",
          "/api/v1/setup%2f", "/api/v1/setup/x", "/api//v1///setup", "/api/v1%2fsetup"}) {
        INFO(path);
        CHECK(admin::is_setup_path(path));
    }
    for (const char* path : {"/", "/api/v1/session", "/settings", "/api/v1/settings", "/set", "/x/setup"}) {
        INFO(path);
        CHECK_FALSE(admin::is_setup_path(path));
    }
}
