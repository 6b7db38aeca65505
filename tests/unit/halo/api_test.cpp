#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/api_path.hpp"
#include "daemon/halo/scopes.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

namespace mizo::halo {

TEST_CASE("paths of HaloPSA's API are taken", "[halo][path]")
{
    for (const char* path : {"/Tickets", "/Tickets/4242", "/Agent/me", "/KBArticle/7",
                             "/Webhook/9a6c1e0d-7f2b-4b8a-8f60-1c2d3e4f5a6b", "/a/b/c/d/e/f/g/h", "/x_1"}) {
        CAPTURE(path);
        CHECK(is_api_path(path));
    }
}

TEST_CASE("no path leaves the API root, however it is written", "[halo][path]")
{
    using namespace std::string_view_literals;
    for (const std::string_view path : {""sv,
                                        "/"sv,
                                        "Tickets"sv,
                                        "//evil.example"sv,
                                        "/Tickets//4"sv,
                                        "/Tickets/"sv,
                                        "/../auth"sv,
                                        "/Tickets/../../auth"sv,
                                        "/Tickets/./4"sv,
                                        "/.."sv,
                                        "/%2e%2e/auth"sv,
                                        "/%2E%2e%2Fauth"sv,
                                        "/Tickets%2f4"sv,
                                        "/%252e%252e"sv,
                                        "/..%c0%af"sv,
                                        "/\\evil.example"sv,
                                        "/Tickets\\..\\auth"sv,
                                        "https://evil.example/api"sv,
                                        "/https://evil.example"sv,
                                        "@evil.example/"sv,
                                        "/Tickets@evil"sv,
                                        "/Tickets?x=1"sv,
                                        "/Tickets#x"sv,
                                        "/Tickets;x"sv,
                                        "/Tickets\r\nHost: evil"sv,
                                        "/Tickets\n"sv,
                                        "/Tickets\0"sv,
                                        "/Tickets 4"sv,
                                        "/Tickets\t4"sv,
                                        "/T\xc4\xb0"sv,
                                        "/\xef\xbc\x8e\xef\xbc\x8e/auth"sv,
                                        "/a:80"sv,
                                        "/a/b/c/d/e/f/g/h/i"sv,
                                        " /Tickets"sv,
                                        "/Tickets "sv}) {
        CAPTURE(path);
        CHECK_FALSE(is_api_path(path));
    }
    CHECK(is_api_path("/" + std::string(199, 'a')));
    CHECK_FALSE(is_api_path("/" + std::string(200, 'a')));
}

TEST_CASE("a query says what it was given, and nothing of it ends the line", "[halo][path]")
{
    CHECK(encoded_pairs({{"search", "a b&c=d\r\n#/\xc3\xa9"}, {"count", "5"}}) ==
          "search=a%20b%26c%3Dd%0D%0A%23%2F%C3%A9&count=5");
    CHECK(encoded_pairs({}).empty());
}

TEST_CASE("each of HaloPSA's error shapes is told in its own words", "[halo][error]")
{
    CHECK(api_error(400, R"("Ticket not found")") == "Ticket not found");
    CHECK(api_error(400, R"({"error":"bad id"})") == "bad id");
    CHECK(api_error(403, R"({"error":"forbidden","error_description":"no right"})") == "forbidden: no right");
    CHECK(api_error(500, R"({"ClassName":"System.Exception","Message":"Null"})") == "Null");
    CHECK(api_error(400, R"({"resultCode":4,"errorMessage":"Outcome missing"})") == "Outcome missing");
    CHECK(api_error(503, "<!DOCTYPE html><HTML><head><title>Service\n Unavailable</title></head>") ==
          "Service Unavailable");
}

TEST_CASE("a body that is not understood is not shown", "[halo][error]")
{
    for (const char* body : {"", "plain text with things in it", "[1,2]", R"({"stack":"at Halo.Api..."})",
                             "<html><body>x</body></html>", R"({"error":17})"}) {
        CAPTURE(body);
        CHECK(api_error(502, body) == "HTTP 502");
    }
}

TEST_CASE("an error's words are one short line without control characters", "[halo][error]")
{
    const auto words =
        api_error(400, R"("a\r\nfake=line \u001b]0;x\u0007 \u202e)" + std::string(5000, 'x') + '"');
    CHECK(words.starts_with("a fake=line ]0;x x"));
    CHECK(words.size() == 300);
}

TEST_CASE("the scopes of the setup guide are 17, each once", "[halo][scopes]")
{
    const Scopes all{guide_scopes.begin(), guide_scopes.end()};
    CHECK(scopes_in(scope_text(all)) == all);
    CHECK(scopes_in(" read:kb  read:kb\tedit:kb,all:teams ") == Scopes{"read:kb", "edit:kb", "all:teams"});
    CHECK(missing_scopes(all, {"all"}).empty());
    CHECK(missing_scopes({"read:kb", "edit:kb"}, {"edit:kb"}) == Scopes{"read:kb"});
}

} // namespace mizo::halo
