#include "daemon/relay/batch_channel.hpp"
#include "tests/loopback/peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

std::string answer_of(const std::string& body, const std::string& head = "200 OK")
{
    return "HTTP/1.1 " + head +
           "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

// The body of the next request; empty at the end of the connection.
asio::awaitable<std::string> read_body(std::shared_ptr<Peer> peer)
{
    const auto head = co_await peer->read_until("\r\n\r\n");
    const std::string field = "Content-Length: ";
    const auto at = head.find(field);
    if (at == head.npos) co_return std::string{};
    co_return co_await peer->read(std::stoul(head.substr(at + field.size())));
}

// A channel to a server that a test writes, with a loop, a scope for its requests, and short limits.
struct Meeting {
    Loop loop;
    net::TaskScope tasks{loop.executor(), [](const std::string&, std::exception_ptr) {}};
    relay::BatchLimits limits{400ms, 400ms, 200ms, 50ms, 1000};
    bool opens = false;
    std::vector<std::string> bodies; // of all requests, in the order of their coming
    std::size_t accepted = 0;
    asio::steady_timer changed{loop.executor(), asio::steady_timer::time_point::max()};

    using Use = std::function<asio::awaitable<void>(net::Channel&)>;

    // `serve` is given each request's body, and what was read before it.
    void run(Serve serve, Use use)
    {
        const PeerServer server{loop, std::move(serve)};
        const auto task = [&]() -> asio::awaitable<void> {
            net::Trace trace;
            auto channel = co_await relay::open_batches(parts(server.port()), trace);
            REQUIRE(channel.has_value());
            co_await use(**channel);
            channel->reset();
            co_await tasks.join();
            accepted = server.accepted();
        };
        loop.run(task());
    }
    relay::BatchParts parts(std::uint16_t port)
    {
        return {plain_route(port, "/link/v1/batch"),
                plain_route(port, "/link/v1/batch"),
                [this] {
                    return relay::BatchHello{"hello", opens};
                },
                [] { return base::Result<base::Secret>{base::Secret{"token"}}; },
                tasks,
                limits};
    }
    void note(const std::string& body)
    {
        bodies.push_back(body);
        changed.cancel();
    }
    asio::awaitable<void> until_requests(std::size_t count)
    {
        while (bodies.size() < count) co_await changed.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    // A server that answers each request with frames at once with `said`, and lets the others wait.
    Serve answering(const std::string& said)
    {
        return [this, said](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
            for (;;) {
                const auto body = co_await read_body(peer);
                if (body.empty()) co_return;
                note(body);
                if (body != "hello\n") co_await peer->write(answer_of(said));
            }
        };
    }
};

asio::awaitable<std::string> next(net::Channel& channel)
{
    const auto text = co_await channel.receive();
    co_return text ? *text : "ended " + std::to_string(channel.end().code);
}

// What the owner is told where the first request is answered like this.
std::vector<std::string> told_after(const std::string& answer)
{
    Meeting meeting;
    std::vector<std::string> told;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await read_body(peer);
        co_await peer->write(answer);
        peer->close();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        do told.push_back(co_await next(channel));
        while (!told.back().starts_with("ended") && told.size() < 2);
    };
    meeting.run(serve, use);
    return told;
}

} // namespace

TEST_CASE("what is sent in one go travels in one request, and the answer's lines are received", "[relay]")
{
    Meeting meeting;
    meeting.opens = true;
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        channel.send("b");
        CHECK(co_await next(channel) == "one");
        CHECK(co_await next(channel) == "two");
        CHECK(channel.queued_bytes() == 0);
    };
    meeting.run(meeting.answering("one\ntwo\n"), use);
    CHECK(meeting.bodies == std::vector<std::string>{"hello\na\nb\n"});
}

TEST_CASE("a request carries token, type and length, and keeps its connection for the next", "[relay]")
{
    Meeting meeting;
    meeting.opens = true;
    std::string head;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        for (;;) {
            head = co_await peer->read_until("\r\n\r\n");
            if (head.empty()) co_return;
            co_await peer->read(8);
            co_await peer->write(answer_of("x\n"));
        }
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            channel.send("a");
            CHECK(co_await next(channel) == "x");
        }
    };
    meeting.run(serve, use);
    CHECK(meeting.accepted == 1);
    CHECK(head.starts_with("POST /link/v1/batch HTTP/1.1\r\n"));
    for (const auto* line : {"Authorization: Bearer token\r\n", "Content-Type: application/x-ndjson\r\n",
                             "Content-Length: 8\r\n"})
        CHECK(head.find(line) != head.npos);
    CHECK(head.find("close") == head.npos);
}

TEST_CASE("once the link is welcomed a request waits, beside those that carry frames", "[relay]")
{
    Meeting meeting;
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        CHECK(co_await next(channel) == "x");
        co_await meeting.until_requests(2);
        CHECK(meeting.bodies[1] == "hello\n");
        channel.send("b");
        CHECK(co_await next(channel) == "x");
        channel.send("c");
        CHECK(co_await next(channel) == "x");
    };
    meeting.run(meeting.answering("x\n"), use);
    CHECK(meeting.bodies.size() == 4); // one of them waits all the time
    CHECK(meeting.accepted == 2);
}

TEST_CASE("what comes down in pieces is received line by line, before the answer has ended", "[relay]")
{
    Meeting meeting;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await read_body(peer);
        co_await peer->write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        co_await peer->write("4\r\n\ntwo\r\n1\r\n\n\r\n");
        co_await peer->read_all();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        CHECK(co_await next(channel) == "one");
        CHECK(co_await next(channel) == "two");
    };
    meeting.run(serve, use);
}

TEST_CASE("a connection that the server closed while it rested is replaced", "[relay]")
{
    Meeting meeting;
    meeting.opens = true;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await read_body(peer);
        co_await peer->write(answer_of("x\n"));
        peer->close();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) {
            channel.send("a");
            CHECK(co_await next(channel) == "x");
        }
    };
    meeting.run(serve, use);
    CHECK(meeting.accepted == 3);
}

TEST_CASE("a server that lets nothing wait is asked no more often than the pause allows", "[relay]")
{
    Meeting meeting;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        for (;;) {
            const auto body = co_await read_body(peer);
            if (body.empty()) co_return;
            meeting.note(body);
            co_await peer->write(answer_of("welcome\n"));
        }
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        const auto begun = std::chrono::steady_clock::now();
        co_await meeting.until_requests(5); // three pauses between the four that wait
        CHECK(std::chrono::steady_clock::now() - begun >= 150ms);
    };
    meeting.run(serve, use);
}

TEST_CASE("a refusal is received as the bye that it stands for", "[relay]")
{
    const auto told = told_after("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    REQUIRE(told.size() == 2);
    CHECK(told[0] == R"({"t":"bye","code":4503,"text":"HTTP 503","retry_ms":7000})");
    CHECK(told[1] == "ended 4503");
    CHECK(told_after(answer_of(R"({"t":"bye","code":4410,"text":"two"})", "409 Conflict"))[1] ==
          "ended 4410");
    const auto late = told_after("HTTP/1.1 401 No\r\nDate: Tue, 24 Nov 2020 10:00:00 GMT\r\n"
                                 "Content-Length: 0\r\n\r\n");
    CHECK(late[0].find("clock") != late[0].npos);
}

TEST_CASE("a page, and whatever else is no answer of the cloud's, is a lost connection", "[relay]")
{
    for (const auto* answer :
         {"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 6\r\n\r\n<html>",
          "HTTP/1.1 403 No\r\nContent-Type: TEXT/HTML\r\nContent-Length: 6\r\n\r\n<html>",
          "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "hello there\r\n\r\n", "",
          "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a "})
        CHECK(told_after(answer).back() == "ended 1006");
}

TEST_CASE("a refusal whose body has no end is not read for ever", "[relay]")
{
    const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
    std::string answer = "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i) answer += chunk;
    CHECK(told_after(answer).back() == "ended 4403");
}

TEST_CASE("a line over the limit ends the channel", "[relay]")
{
    CHECK(told_after(answer_of(std::string(1000, 'x') + "\n")).front() == std::string(1000, 'x'));
    CHECK(told_after(answer_of(std::string(1001, 'x') + "\n")).back() == "ended 1009");
}

TEST_CASE("what is refused as too large is sent again in smaller requests, one alone ends the link",
          "[relay]")
{
    Meeting meeting;
    meeting.opens = true;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        for (;;) {
            const auto body = co_await read_body(peer);
            if (body.empty()) co_return;
            meeting.note(body);
            const auto answer = body.size() <= 8 ? answer_of("x\n") : answer_of("", "413 Too Large");
            co_await peer->write(answer);
        }
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        channel.send("b");
        CHECK(co_await next(channel) == "x");
        CHECK(co_await next(channel) == "x");
        channel.send("larger");
        CHECK((co_await next(channel)).find("4009") != std::string::npos);
        CHECK(co_await next(channel) == "ended 4009");
    };
    meeting.run(serve, use);
    CHECK(meeting.bodies ==
          std::vector<std::string>{"hello\na\nb\n", "hello\na\n", "hello\nb\n", "hello\nlarger\n"});
}

TEST_CASE("a server that never answers is left: one that should answer, and one that waits too long",
          "[relay]")
{
    Meeting silent;
    const auto keep_silent = [](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await peer->read_all();
    };
    silent.run(keep_silent, [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        CHECK(co_await next(channel) == "ended 1006");
    });
    Meeting waiting;
    waiting.run(waiting.answering("x\n"), [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        CHECK(co_await next(channel) == "x");
        CHECK(co_await next(channel) == "ended 1006");
    });
}

TEST_CASE("close sends what is queued, and ends with the code that it was given", "[relay]")
{
    Meeting meeting;
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        CHECK(co_await next(channel) == "x");
        channel.send("bye");
        channel.close(1001, "stopping");
        channel.send("too late");
        CHECK(co_await next(channel) == "x");
        CHECK(co_await next(channel) == "ended 1001");
        CHECK(channel.end().reason == "stopping");
    };
    meeting.run(meeting.answering("x\n"), use);
    CHECK(std::find(meeting.bodies.begin(), meeting.bodies.end(), "hello\nbye\n") != meeting.bodies.end());
}

TEST_CASE("close ends in its time, whatever the server does", "[relay]")
{
    Meeting meeting;
    meeting.limits.answer = 10s;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        meeting.note(co_await read_body(peer));
        co_await peer->read_all();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        co_await meeting.until_requests(1);
        const auto begun = std::chrono::steady_clock::now();
        channel.close(1000, "done");
        CHECK(co_await next(channel) == "ended 1000");
        CHECK(std::chrono::steady_clock::now() - begun < 2s);
    };
    meeting.run(serve, use);
}

TEST_CASE("abort ends whatever is in hand, with nothing sent too", "[relay]")
{
    for (const bool with_request : {true, false}) {
        Meeting meeting;
        const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
            if (with_request) {
                channel.send("a");
                CHECK(co_await next(channel) == "x");
                co_await meeting.until_requests(2);
            }
            channel.abort();
            CHECK(co_await next(channel) == "ended 1006");
        };
        meeting.run(meeting.answering("x\n"), use);
    }
}

TEST_CASE("what the owner does not take is not read on and on", "[relay]")
{
    Meeting meeting;
    meeting.opens = true;
    meeting.limits.answer = 60s; // so many bytes take their time
    constexpr int lines = 16'000;
    std::size_t written = 0;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await read_body(peer);
        co_await peer->write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(lines * 1000) +
                             "\r\n\r\n");
        const std::string line = std::string(999, 'x') + "\n";
        for (int i = 0; i < lines; ++i) {
            co_await peer->write(line);
            written += line.size();
        }
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("a");
        asio::steady_timer pause{meeting.loop.executor(), 200ms};
        co_await pause.async_wait(asio::use_awaitable);
        CHECK(written < 14'000'000); // the rest waits in the server; buffers of the system hold some
        std::string text;
        for (int i = 0; i < lines; ++i) text = co_await next(channel);
        CHECK(text.size() == 999);
    };
    meeting.run(serve, use);
}
