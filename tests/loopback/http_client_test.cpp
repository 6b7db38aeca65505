#include "daemon/net/http_client.hpp"
#include "tests/loopback/peer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

struct Fetched {
    bool answered = false;
    net::HttpAnswer answer;
    base::Error error;
    net::Trace trace;
    std::string asked;
    std::vector<std::string> pieces;
};

// One request to a server that answers with these bytes, and closes unless it is to hang.
struct Exchange {
    net::HttpRequest request;
    std::string answer;
    bool hang = false;
    std::optional<std::chrono::milliseconds> silence_limit; // set: fetch_stream
    std::size_t pieces_max = 100;
};

Fetched run(Exchange&& exchange)
{
    Loop loop;
    Fetched out;
    const std::size_t body_size = exchange.request.body.size();
    const PeerServer server{loop, [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
                                out.asked = co_await peer->read_until("\r\n\r\n");
                                out.asked += co_await peer->read(body_size);
                                co_await peer->write(exchange.answer);
                                if (exchange.hang) co_await peer->read_all();
                                peer->close();
                            }};
    exchange.request.route = plain_route(server.port(), "/link/v1/enroll?a=b");
    const auto task = [&]() -> asio::awaitable<void> {
        net::HttpStream stream;
        stream.request = std::move(exchange.request);
        stream.silence_limit = exchange.silence_limit.value_or(1s);
        stream.on_piece = [&](std::string_view piece) {
            out.pieces.emplace_back(piece);
            return out.pieces.size() < exchange.pieces_max;
        };
        base::Result<net::HttpAnswer> answer = net::HttpAnswer{};
        if (exchange.silence_limit)
            answer = co_await net::fetch_stream(stream, out.trace);
        else
            answer = co_await net::fetch(stream.request, out.trace);
        out.answered = answer.has_value();
        if (answer) out.answer = *answer;
        if (!answer) out.error = answer.error();
    };
    loop.run(task());
    return out;
}

Exchange answered(std::string answer)
{
    Exchange exchange;
    exchange.answer = std::move(answer);
    return exchange;
}

} // namespace

TEST_CASE("a request is sent as it was put, and its answer comes back whole", "[net][http]")
{
    auto exchange = answered("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                             "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}");
    exchange.request.method = "POST";
    exchange.request.body = R"({"code":"x"})";
    exchange.request.headers.add("Content-Type", "application/json");
    const auto fetched = run(std::move(exchange));
    REQUIRE(fetched.answered);
    CHECK(fetched.answer.status == 201);
    CHECK(fetched.answer.body == "{}");
    CHECK(*fetched.answer.headers.find("content-type") == "application/json");
    CHECK(fetched.trace.date.has_value());
    CHECK_THAT(fetched.asked, Catch::StartsWith("POST /link/v1/enroll?a=b HTTP/1.1\r\n"));
    CHECK_THAT(fetched.asked, Catch::Contains("\r\nContent-Length: 12\r\n"));
    CHECK_THAT(fetched.asked, Catch::Contains("\r\nConnection: close\r\n"));
    CHECK_THAT(fetched.asked, Catch::EndsWith("\r\n\r\n{\"code\":\"x\"}"));
}

TEST_CASE("bodies are read by length, by chunks, to the end, and past an interim answer", "[net][http]")
{
    for (const char* text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\nhello",
          "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}) {
        CAPTURE(text);
        const auto fetched = run(answered(text));
        REQUIRE(fetched.answered);
        CHECK(fetched.answer.status == 200);
        CHECK(fetched.answer.body == "hello");
    }
}

TEST_CASE("an answer without a body, and a redirect, are answers", "[net][http]")
{
    CHECK(run(answered("HTTP/1.1 204 No Content\r\n\r\n")).answer.status == 204);
    const auto moved = run(
        answered("HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"));
    REQUIRE(moved.answered);
    CHECK(moved.answer.status == 302);
    const auto limited =
        run(answered("HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"));
    CHECK(limited.trace.retry_after == 7s);
}

TEST_CASE("a body of exactly the limit is taken, and one byte more is not", "[net][http]")
{
    const auto limited = [](std::size_t body_max) {
        auto exchange = answered("HTTP/1.1 200 OK\r\n\r\n12345");
        exchange.request.body_max = body_max;
        return run(std::move(exchange));
    };
    CHECK(limited(5).answer.body == "12345");
    const auto fetched = limited(4);
    CHECK(fetched.error.code() == "http_answer_too_large");
    CHECK(fetched.error.kind() == base::Errc::too_large);
}

TEST_CASE("what is no answer is told in words, without a byte of it", "[net][http]")
{
    struct Row {
        std::string answer;
        const char* code;
    };
    const Row rows[] = {
        {"", "link_network"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncanary", "link_network"},
        {"canary\r\n\r\n", "cloud_answer_unexpected"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n", "cloud_answer_unexpected"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(17 * 1024, 'x') + "\r\n\r\n", "cloud_answer_unexpected"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.answer.substr(0, 60));
        const auto fetched = run(answered(row.answer));
        CHECK_FALSE(fetched.answered);
        CHECK(fetched.error.code() == row.code);
        CHECK_THAT(fetched.error.text() + fetched.error.detail(), !Catch::Contains("canary"));
    }
}

TEST_CASE("an answer that does not come, or does not end, is left at the deadline", "[net][http]")
{
    for (const char* text : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"}) {
        CAPTURE(text);
        auto exchange = answered(text);
        exchange.hang = true;
        exchange.request.answer_limit = 30ms;
        const auto fetched = run(std::move(exchange));
        CHECK(fetched.error.kind() == base::Errc::timeout);
        CHECK(fetched.error.code() == "link_connect_timeout");
    }
}

TEST_CASE("a stream hands out what arrives, until its reader has enough", "[net][http]")
{
    auto exchange = answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n9\r\ndata: 3\n\n\r\n");
    exchange.hang = true;
    exchange.silence_limit = 5s;
    exchange.pieces_max = 2;
    const auto fetched = run(std::move(exchange));
    REQUIRE(fetched.answered);
    CHECK(fetched.answer.body.empty());
    CHECK(fetched.pieces == std::vector<std::string>{"data: 1\n\n", "data: 2\n\n"});
}

TEST_CASE("a stream that falls silent is left at its deadline", "[net][http]")
{
    auto exchange = answered("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n");
    exchange.hang = true;
    exchange.silence_limit = 30ms;
    const auto fetched = run(std::move(exchange));
    CHECK(fetched.error.kind() == base::Errc::timeout);
    CHECK(fetched.pieces.size() == 1);
}

TEST_CASE("a refused stream is an answer with a body", "[net][http]")
{
    auto exchange = answered("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}");
    exchange.silence_limit = 1s;
    const auto fetched = run(std::move(exchange));
    REQUIRE(fetched.answered);
    CHECK(fetched.answer.status == 401);
    CHECK(fetched.answer.body == "{}");
    CHECK(fetched.pieces.empty());
}

TEST_CASE("over TLS the name of the server is verified for a request as for a link", "[net][http]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    CertificateSpec other;
    other.names = "DNS:other.example";
    const auto context = ca.server(other);
    const PeerServer server{
        loop, [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> { co_await peer->secure(*context); }};
    std::string code;
    const auto task = [&]() -> asio::awaitable<void> {
        net::HttpRequest request;
        request.route = secure_route(server.port(), ca.trusting());
        net::Trace trace;
        const auto answer = co_await net::fetch(request, trace);
        code = answer.has_error() ? answer.error().code() : "";
    };
    loop.run(task());
    CHECK(code == "link_tls_name");
}
