#include "daemon/web/json_text.hpp"
#include "daemon/web/message.hpp"
#include "daemon/web/percent.hpp"
#include "daemon/web/router.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <map>
#include <string>

using namespace mizo::web;

namespace {

using Query = std::map<std::string, std::string>;

Router<int> table()
{
    Router<int> router;
    router.add("GET", "/", 1);
    router.add("GET", "/deliveries", 2);
    router.add("GET", "/deliveries/{id}", 3);
    router.add("POST", "/deliveries/{id}/replay", 4);
    router.add("PUT", "/deliveries/{id}", 5);
    router.add("GET", "/{a}/x/{b}", 6);
    return router;
}

int found(const std::string& method, const std::string& path)
{
    const auto router = table();
    const auto match = router.find(method, path);
    return match.handler == nullptr ? 0 : *match.handler;
}

} // namespace

TEST_CASE("a path is routed to the letter, and a part in braces is handed on decoded", "[web][router]")
{
    CHECK(found("GET", "/") == 1);
    CHECK(found("GET", "/deliveries") == 2);
    CHECK(found("GET", "/deliveries/7") == 3);
    CHECK(found("POST", "/deliveries/7/replay") == 4);
    CHECK(found("PUT", "/deliveries/7") == 5);
    const auto router = table();
    CHECK(router.find("GET", "/deliveries/a%20b%2Fc").parameters == std::vector<std::string>{"a b/c"});
    CHECK(router.find("GET", "/p/x/q").parameters == std::vector<std::string>{"p", "q"});
}

TEST_CASE("a path that differs in anything is no path of the table", "[web][router]")
{
    for (const std::string path :
         {"", "/deliveries/", "//deliveries", "/Deliveries", "/deliverie%73", "/deliveries//replay",
          "/deliveries/7/replay/", "/deliveries/7/8", "/deliveries/%", "/deliveries/%0", "/deliveries/%zz",
          "/deliveries/%00", "/./deliveries", "/deliveries/../"}) {
        INFO(path);
        CHECK(found("GET", path) == 0);
    }
    // Another number of segments is another path.
    CHECK(found("POST", "/deliveries/7") == 0);
}

TEST_CASE("a method that the path does not have is told which it has", "[web][router]")
{
    const auto router = table();
    const auto match = router.find("DELETE", "/deliveries/7");
    CHECK(match.handler == nullptr);
    CHECK(match.allow == "GET, PUT");
    CHECK(router.find("get", "/deliveries").allow == "GET");
    CHECK(router.find("GET", "/nowhere").allow.empty());
    CHECK(router.list().size() == 6);
    CHECK(router.list()[3] == "POST /deliveries/{id}/replay");
}

TEST_CASE("percent-encoding is decoded whole or not at all", "[web][percent]")
{
    CHECK(percent_decoded("") == "");
    CHECK(percent_decoded("plain+text") == "plain+text");
    CHECK(percent_decoded("%41%6a%6A") == "Ajj");
    CHECK(percent_decoded("%c3%A9%ff") == "\xc3\xa9\xff");
    CHECK(percent_decoded("%25%32%35") == "%25");
    for (const std::string text :
         {"%", "%4", "a%", "a%4", "%g0", "%0g", "%%41", "%+1", "% 1", "%00", "a%00b"}) {
        INFO(text);
        CHECK_FALSE(percent_decoded(text));
    }
}

TEST_CASE("a query is read into its names and values", "[web][percent]")
{
    CHECK(parse_query("") == Query{});
    CHECK(parse_query("a=1&b=2") == Query{{"a", "1"}, {"b", "2"}});
    CHECK(parse_query("a") == Query{{"a", ""}});
    CHECK(parse_query("a=&=b") == Query{{"a", ""}, {"", "b"}});
    CHECK(parse_query("&&a=1&") == Query{{"a", "1"}});
    CHECK(parse_query("q=a+b%2Bc%26d%3De=f") == Query{{"q", "a b+c&d=e=f"}});
}

TEST_CASE("a query that two readers could read differently is none", "[web][percent]")
{
    for (const std::string query : {"a=1&a=2", "a&a", "a=1&%61=2", "a=%", "%=a", "a=%00", "%zz=1"}) {
        INFO(query);
        CHECK_FALSE(parse_query(query));
    }
}

TEST_CASE("any bytes are quoted into JSON that reads back as the same text", "[web][json]")
{
    CHECK(json_quoted("") == "\"\"");
    CHECK(json_quoted("a\"b\\c/") == R"("a\"b\\c/")");
    CHECK(json_quoted(std::string{"\0\n\x1f\x7f", 4}) == "\"\\u0000\\u000a\\u001f\x7f\"");
    CHECK(json_quoted("\xc3\xa9\xf0\x9f\x8e\x89") == "\"\xc3\xa9\xf0\x9f\x8e\x89\"");
    for (int byte = 0; byte < 0x80; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        CHECK(boost::json::parse(json_quoted(text)).as_string() == text);
    }
}

TEST_CASE("bytes that are no UTF-8 are quoted as the replacement character", "[web][json]")
{
    const std::string mark = "\xef\xbf\xbd";
    CHECK(json_quoted("a\xff"
                      "b") == "\"a" + mark + "b\"");
    for (const std::string bad :
         {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
        const std::string quoted = json_quoted(bad);
        CHECK(quoted.find(mark) != std::string::npos);
        CHECK_NOTHROW(boost::json::parse(quoted));
    }
}

TEST_CASE("fields are found whatever their case, and counted", "[web][message]")
{
    const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X", "c"}};
    CHECK(*headers.find("CONTENT-TYPE") == "a");
    CHECK(headers.find("Content-Typ") == nullptr);
    CHECK(headers.count("Content-type") == 2);
    CHECK(headers.count("Y") == 0);
    CHECK_FALSE(equals_ignoring_case("[", "{"));
    CHECK_FALSE(equals_ignoring_case("a", "ab"));
}

TEST_CASE("a response's head says how its body is framed", "[web][message]")
{
    CHECK(serialize_head(empty_response(200), true, true) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    CHECK(serialize_head(text_response(503, "later"), false, true) ==
          "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
          "Content-Length: 5\r\nConnection: close\r\n\r\n");
    CHECK(serialize_head(empty_response(204), true, false) == "HTTP/1.1 204 No Content\r\n\r\n");

    struct Endless final : BodySource {
        void next(Deliver) override {}
    };
    Response streamed = json_response(200, "");
    streamed.source = std::make_shared<Endless>();
    CHECK(serialize_head(streamed, true, true) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_CASE("a problem is a problem document, whatever is in its text", "[web][message]")
{
    const Response response = problem(409, "certificate.state", "A \"quoted\"\nline");
    CHECK(response.status == 409);
    CHECK(*response.headers.find("Content-Type") == "application/problem+json");
    const auto read = boost::json::parse(response.body);
    CHECK(read.at("type").as_string() == "about:blank");
    CHECK(read.at("title").as_string() == "Conflict");
    CHECK(read.at("status").as_int64() == 409);
    CHECK(read.at("code").as_string() == "certificate.state");
    CHECK(read.at("detail").as_string() == "A \"quoted\"\nline");
}

TEST_CASE("every status that is answered has its phrase", "[web][message]")
{
    for (const int status : {200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 410,
                             413, 414, 415, 417, 421, 422, 429, 431, 500, 502, 503, 504, 505})
        CHECK_FALSE(reason_phrase(status).empty());
    CHECK(reason_phrase(299).empty());
}
