#include "tests/loopback/peer.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

struct Tunnelled {
    bool open = false;
    base::Error error;
    net::Trace trace;
    std::string asked; // the head that the proxy was sent
};

Tunnelled dial_through(const std::string& answer, bool close_after = false)
{
    Loop loop;
    Tunnelled out;
    const TestCa ca{"Test CA"};
    const auto context = ca.server();
    const PeerServer proxy{loop, [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
                               out.asked = co_await peer->read_until("\r\n\r\n");
                               co_await peer->write(answer);
                               if (close_after) peer->close();
                               // The proxy is at once the server behind it.
                               const bool secured = !close_after && co_await peer->secure(*context);
                               if (secured) co_await peer->read_all();
                           }};
    auto route = secure_route(443, ca.trusting());
    route.limits.proxy = 200ms;
    auto parsed = net::parse_proxy("http://user:pass@127.0.0.1:" + std::to_string(proxy.port()));
    route.proxy = std::move(*parsed);
    route.resolve = [](const std::string&, std::string&) -> std::vector<asio::ip::address> {
        throw std::logic_error{"behind a proxy the name of the server is the proxy's to resolve"};
    };
    const auto task = [&]() -> asio::awaitable<void> {
        auto stream = co_await net::dial(route, out.trace);
        out.open = stream.has_value();
        if (!stream) out.error = stream.error();
    };
    loop.run(task());
    return out;
}

} // namespace

TEST_CASE("a proxy is asked for a tunnel with its credentials, and the server is verified through it",
          "[net][proxy]")
{
    const auto tunnelled = dial_through("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
    CHECK(tunnelled.open);
    CHECK(tunnelled.asked == "CONNECT cloud.example:443 HTTP/1.1\r\nHost: cloud.example:443\r\n"
                             "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    REQUIRE(tunnelled.trace.steps.size() == 4);
    CHECK_THAT(tunnelled.trace.steps[2].message.text, Catch::StartsWith("Through 127.0.0.1:"));
}

TEST_CASE("a proxy that wants other credentials is told as that", "[net][proxy]")
{
    const auto tunnelled =
        dial_through("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\ncanary");
    CHECK(tunnelled.error.code() == "link_proxy_auth");
    CHECK(tunnelled.error.kind() == base::Errc::unauthorised);
    CHECK(tunnelled.trace.http_status == 407);
    REQUIRE(tunnelled.trace.failed());
    CHECK(tunnelled.trace.failed()->advice->code == "advice_proxy");
    CHECK_THAT(tunnelled.error.text() + tunnelled.error.detail(), !Catch::Contains("canary"));
}

TEST_CASE("what a proxy does wrong is told in words", "[net][proxy]")
{
    struct Row {
        std::string answer;
        bool close_after;
        const char* says;
    };
    const Row rows[] = {
        {"HTTP/1.1 502 Bad Gateway\r\n\r\n", false, "it answered 502"},
        {"HTTP/1.1 403 Forbidden\r\n\r\n", false, "it answered 403"},
        {"", true, "it closed the connection without an answer"},
        {"", false, "no answer in time"},
        {"SSH-2.0-OpenSSH\r\n\r\n", false, "its answer is not HTTP"},
        {"HTTP/1.1 200 OK\r\n\r\nmore", false, "it spoke into the tunnel"},
        {"HTTP/1.1 200 OK\r\n" + std::string(16 * 1024, 'x'), false, "its answer has no end"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto tunnelled = dial_through(row.answer, row.close_after);
        CHECK_FALSE(tunnelled.open);
        CHECK(tunnelled.error.code() == "link_proxy_failed");
        CHECK_THAT(tunnelled.error.text(), Catch::EndsWith(row.says));
        REQUIRE(tunnelled.trace.failed());
        CHECK(tunnelled.trace.failed()->stage == net::DialStage::proxy);
    }
}

TEST_CASE("a forbidden address is not asked of a proxy either", "[net][proxy]")
{
    Loop loop;
    net::Trace trace;
    auto route = secure_route(80, nullptr);
    route.url.host = "169.254.169.254";
    auto parsed = net::parse_proxy("http://127.0.0.1:1");
    route.proxy = std::move(*parsed);
    std::string code;
    const auto task = [&]() -> asio::awaitable<void> {
        const auto stream = co_await net::dial(route, trace);
        code = stream.has_error() ? stream.error().code() : "";
    };
    loop.run(task());
    CHECK(code == "link_address_forbidden");
}
