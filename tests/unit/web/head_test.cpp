#include "daemon/web/head.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace mizo::web;
using namespace std::string_literals;

namespace {

// A request line and fields, ended as they must be.
std::string head_of(const std::string& fields, const std::string& line = "POST /hook HTTP/1.1")
{
    return line + "\r\n" + fields + "\r\n";
}

std::string with_host(const std::string& fields)
{
    return head_of("Host: relay.example\r\n" + fields);
}

// The status that refuses it; 0 where it is read.
int status_of(const std::string& head, const HeadLimits& limits = {})
{
    const auto checked = check_head(head, limits);
    return checked ? 0 : checked.error().status;
}

CheckedHead good(const std::string& head)
{
    auto checked = check_head(head, {});
    REQUIRE(checked.has_value());
    return *checked;
}

struct Case {
    std::string name;
    std::string head;
};

void all_refused(const std::vector<Case>& cases, int status = 400)
{
    for (const Case& each : cases) {
        INFO(each.name);
        CHECK(status_of(each.head) == status);
    }
}

} // namespace

TEST_CASE("a head is read into its method, target, fields and framing", "[web][head]")
{
    const CheckedHead checked = good("POST /hook/a%20b?x=1&y=?2 HTTP/1.1\r\n"
                                     "Host: relay.example:8443\r\n"
                                     "X-Empty:\r\n"
                                     "x-blanks: \t a b\t \r\n"
                                     "X-Latin: caf\xe9\r\n"
                                     "Content-Length: 0012\r\n\r\n");
    CHECK(checked.head.method == "POST");
    CHECK(checked.head.target == "/hook/a%20b?x=1&y=?2");
    CHECK(checked.head.path == "/hook/a%20b");
    CHECK(checked.head.query == "x=1&y=?2");
    CHECK_FALSE(checked.head.http_1_0);
    CHECK(*checked.head.headers.find("HOST") == "relay.example:8443");
    CHECK(checked.head.headers.find("X-Empty")->empty());
    CHECK(*checked.head.headers.find("X-Blanks") == "a b");
    CHECK(*checked.head.headers.find("X-Latin") == "caf\xe9");
    CHECK(checked.framing.length == 12);
    CHECK_FALSE(checked.framing.chunked);
    CHECK(checked.framing.keep_alive);
    CHECK_FALSE(checked.framing.expects_continue);
}

TEST_CASE("any token is a method, since what is allowed is for the handler to say", "[web][head]")
{
    for (const std::string method : {"GET", "get", "PATCH", "X", "!#$%&'*+-.^_`|~09azAZ"})
        CHECK(good(head_of("Host: a\r\n", method + " / HTTP/1.1")).head.method == method);
}

TEST_CASE("a request line that could be read in two ways is refused", "[web][head]")
{
    const std::string host = "Host: a\r\n";
    all_refused({
        {"empty line", head_of(host, "")},
        {"one word", head_of(host, "GET")},
        {"two words", head_of(host, "GET /")},
        {"HTTP/0.9", "GET /\r\n\r\n"},
        {"no method", head_of(host, " / HTTP/1.1")},
        {"blank before", head_of(host, " GET / HTTP/1.1")},
        {"two blanks before the target", head_of(host, "GET  / HTTP/1.1")},
        {"two blanks after the target", head_of(host, "GET /  HTTP/1.1")},
        {"blank after", head_of(host, "GET / HTTP/1.1 ")},
        {"tab between", head_of(host, "GET\t/\tHTTP/1.1")},
        {"blank in the target", head_of(host, "GET /a b HTTP/1.1")},
        {"method with a colon", head_of(host, "GE:T / HTTP/1.1")},
        {"method in brackets", head_of(host, "(GET) / HTTP/1.1")},
        {"method beyond ASCII", head_of(host, "G\xc3\x89T / HTTP/1.1")},
        {"target with a control", head_of(host, "GET /a\x01 HTTP/1.1")},
        {"target with DEL", head_of(host, "GET /a\x7f HTTP/1.1")},
        {"target with NUL", head_of(host, "GET /a\0b HTTP/1.1"s)},
        {"target beyond ASCII", head_of(host, "GET /\xc3\xa9 HTTP/1.1")},
        {"absolute form", head_of(host, "GET http://a/ HTTP/1.1")},
        {"authority form", head_of(host, "CONNECT a:443 HTTP/1.1")},
        {"asterisk form", head_of(host, "OPTIONS * HTTP/1.1")},
    });
}

TEST_CASE("another version of HTTP is refused, the preface of HTTP/2 with it", "[web][head]")
{
    const std::string host = "Host: a\r\n";
    all_refused({
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n"},
        {"1.2", head_of(host, "GET / HTTP/1.2")},
        {"0.9", head_of(host, "GET / HTTP/0.9")},
        {"2", head_of(host, "GET / HTTP/2")},
        {"2.0", head_of(host, "GET / HTTP/2.0")},
        {"lower case", head_of(host, "GET / http/1.1")},
        {"leading zero", head_of(host, "GET / HTTP/01.1")},
        {"more digits", head_of(host, "GET / HTTP/1.10")},
        {"other protocol", head_of(host, "GET / ICY/1.1")},
    });
}

TEST_CASE("a line that does not end in CR LF is refused", "[web][head]")
{
    all_refused({
        {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
        {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
        {"bare CR in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"},
        {"bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"},
        {"LF CR", "GET / HTTP/1.1\r\nHost: a\n\r\r\n\r\n"},
        {"no empty line", "GET / HTTP/1.1\r\nHost: a\r\n"},
        {"nothing at all", ""},
    });
}

TEST_CASE("a field that is folded, unnamed or holds a control is refused", "[web][head]")
{
    all_refused({
        {"fold with a blank", with_host("X: a\r\n b\r\n")},
        {"fold with a tab", with_host("X: a\r\n\tb\r\n")},
        {"fold before the first field", head_of(" Host: a\r\n")},
        {"blank before the colon", with_host("X : a\r\n")},
        {"tab before the colon", with_host("X\t: a\r\n")},
        {"blank before a length's colon", with_host("Content-Length : 5\r\n")},
        {"no colon", with_host("X\r\n")},
        {"no name", with_host(": a\r\n")},
        {"blank in the name", with_host("X Y: a\r\n")},
        {"name in brackets", with_host("X[]: a\r\n")},
        {"name beyond ASCII", with_host("X\xc3\xa9: a\r\n")},
        {"NUL in the name", head_of("Host: a\r\n" + "X\0: a\r\n"s)},
        {"NUL in the value", head_of("Host: a\r\n" + "X: a\0b\r\n"s)},
        {"control in the value", with_host("X: a\x01\r\n")},
        {"escape in the value", with_host("X: \x1b[31m\r\n")},
        {"DEL in the value", with_host("X: a\x7f\r\n")},
    });
}

TEST_CASE("a request without exactly one plain Host is refused", "[web][head]")
{
    all_refused({
        {"none", head_of("")},
        {"none in HTTP/1.0", head_of("", "GET / HTTP/1.0")},
        {"empty", head_of("Host:\r\n")},
        {"two", head_of("Host: a\r\nHost: b\r\n")},
        {"two alike", head_of("Host: a\r\nhost: a\r\n")},
        {"a list", head_of("Host: a, b\r\n")},
        {"a blank", head_of("Host: a b\r\n")},
        {"a user", head_of("Host: user@a\r\n")},
        {"a path", head_of("Host: a/b\r\n")},
        {"a query", head_of("Host: a?b\r\n")},
        {"a fragment", head_of("Host: a#b\r\n")},
        {"a backslash", head_of("Host: a\\b\r\n")},
        {"beyond ASCII", head_of("Host: caf\xc3\xa9\r\n")},
    });
    for (const std::string host : {"a", "127.0.0.1:8470", "[::1]:8470", "relay.example."})
        CHECK(status_of(head_of("Host: " + host + "\r\n")) == 0);
}

TEST_CASE("a length that two readers could read differently is refused", "[web][head]")
{
    for (const std::string length : {"", "+5", "-5", "0x5", "5,5", "5, 5", "5 5", "5;", "5.0", "1e3", "\"5\"",
                                     "five", "5\x0b", "1000000000000000000", "99999999999999999999999"}) {
        INFO(length);
        CHECK(status_of(with_host("Content-Length: " + length + "\r\n")) == 400);
    }
    CHECK(status_of(with_host("Content-Length: 5\r\nContent-Length: 6\r\n")) == 400);
    CHECK(status_of(with_host("Content-Length: 5\r\ncontent-length: 5\r\n")) == 400);
    CHECK(good(with_host("Content-Length: 999999999999999999\r\n")).framing.length ==
          999'999'999'999'999'999);
}

TEST_CASE("only the coding chunked frames a body, and never beside a length or in HTTP/1.0", "[web][head]")
{
    for (const std::string coding :
         {"", "Chunked", "CHUNKED", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked,",
          ",chunked", "identity", "xchunked", "chunked;q=1", "\"chunked\"", "chunked\x0b"}) {
        INFO(coding);
        CHECK(status_of(with_host("Transfer-Encoding: " + coding + "\r\n")) == 400);
    }
    all_refused({
        {"twice", with_host("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        {"chunked and another", with_host("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")},
        {"with a length", with_host("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")},
        {"with a length of zero", with_host("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n")},
        {"HTTP/1.0", head_of("Host: a\r\nTransfer-Encoding: chunked\r\n", "POST / HTTP/1.0")},
    });
    const Framing framing = good(with_host("transfer-encoding: \tchunked \r\n")).framing;
    CHECK(framing.chunked);
    CHECK(framing.length == 0);
}

TEST_CASE("an upgrade is refused", "[web][head]")
{
    all_refused({
        {"h2c", with_host("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n")},
        {"websocket", with_host("Connection: upgrade\r\nUpgrade: websocket\r\n")},
        {"empty", with_host("Upgrade:\r\n")},
    });
}

TEST_CASE("any expectation but 100-continue is answered 417", "[web][head]")
{
    for (const std::string expectation :
         {"", "200-ok", "100", "100-continue, 200-ok", "100-continue;a=b", "\"100-continue\""}) {
        INFO(expectation);
        CHECK(status_of(with_host("Expect: " + expectation + "\r\n")) == 417);
    }
    CHECK(status_of(with_host("Expect: 100-continue\r\nExpect: 200-ok\r\n")) == 417);
    CHECK(good(with_host("Expect: 100-continue\r\n")).framing.expects_continue);
    CHECK(good(with_host("Expect: 100-Continue\r\n")).framing.expects_continue);
    CHECK_FALSE(
        good(head_of("Host: a\r\nExpect: 100-continue\r\n", "POST / HTTP/1.0")).framing.expects_continue);
}

TEST_CASE("a connection is kept unless either side says close", "[web][head]")
{
    const auto kept = [](const std::string& fields) { return good(with_host(fields)).framing.keep_alive; };
    CHECK(kept(""));
    CHECK(kept("Connection: keep-alive\r\n"));
    CHECK(kept("Connection: closed\r\n"));
    CHECK_FALSE(kept("Connection: close\r\n"));
    CHECK_FALSE(kept("connection: Keep-Alive ,\tCLOSE\r\n"));
    CHECK_FALSE(kept("Connection: keep-alive\r\nConnection: close\r\n"));
    CHECK_FALSE(good(head_of("Host: a\r\nConnection: keep-alive\r\n", "GET / HTTP/1.0")).framing.keep_alive);
    CHECK(good(head_of("Host: a\r\n", "GET / HTTP/1.0")).head.http_1_0);
}

TEST_CASE("a head of the greatest size is read, and one byte more is 431", "[web][head]")
{
    HeadLimits limits;
    limits.bytes_max = 200;
    const auto sized = [](std::size_t bytes) {
        const std::string rest = with_host("X: \r\n");
        return with_host("X: " + std::string(bytes - rest.size(), 'a') + "\r\n");
    };
    REQUIRE(sized(200).size() == 200);
    CHECK(status_of(sized(199), limits) == 0);
    CHECK(status_of(sized(200), limits) == 0);
    CHECK(status_of(sized(201), limits) == 431);
}

TEST_CASE("as many fields as allowed are read, and one more is 431", "[web][head]")
{
    HeadLimits limits;
    limits.fields_max = 5;
    const auto with = [](int fields) {
        std::string text;
        for (int i = 1; i < fields; ++i) text += "X: a\r\n";
        return with_host(text);
    };
    CHECK(status_of(with(4), limits) == 0);
    CHECK(status_of(with(5), limits) == 0);
    CHECK(status_of(with(6), limits) == 431);
    CHECK(status_of(with(100)) == 0);
    CHECK(status_of(with(101)) == 431);
}

TEST_CASE("a target of the greatest length is read, and one byte more is 414", "[web][head]")
{
    HeadLimits limits;
    limits.target_max = 50;
    const auto with = [](std::size_t length) {
        return head_of("Host: a\r\n", "GET /" + std::string(length - 1, 'a') + " HTTP/1.1");
    };
    CHECK(status_of(with(49), limits) == 0);
    CHECK(status_of(with(50), limits) == 0);
    CHECK(status_of(with(51), limits) == 414);
    CHECK(status_of(with(8 * 1024)) == 0);
    CHECK(status_of(with(8 * 1024 + 1)) == 414);
}

TEST_CASE("a head ends after its first empty line, and not before it is there", "[web][head]")
{
    const std::string head = with_host("X: a\r\n");
    for (std::size_t length = 0; length < head.size(); ++length)
        CHECK(end_of_head(std::string_view{head}.substr(0, length)) == 0);
    CHECK(end_of_head(head) == head.size());
    CHECK(end_of_head(head + head) == head.size());
}

TEST_CASE("a bare LF ends a head at once: it is answered now, and not at its deadline", "[web][head]")
{
    CHECK(end_of_head("GET / HTTP/1.1\n") == 15);
    CHECK(end_of_head("GET / HTTP/1.1\r\nHost: a\n\r\n") == 24);
    CHECK(end_of_head("\n") == 1);
    CHECK(end_of_head("GET / HTTP/1.1\r\nHost: a\r\n") == 0);
    CHECK(status_of("GET / HTTP/1.1\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\n") == 400);
}
