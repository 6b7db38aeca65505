#include "daemon/net/channel.hpp"
#include "tests/loopback/websocket_peer.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

net::ChannelRequest request_to(std::uint16_t port)
{
    net::ChannelRequest request;
    request.route = plain_route(port, "/link/v1/connect");
    request.bearer = base::Secret{"token"};
    request.protocol = "mizo-link.v1";
    request.user_agent = "mizo-relay/1";
    return request;
}

using Use = std::function<asio::awaitable<void>(net::Channel&)>;

// Opens a channel to a server that does `serve` after the upgrade, and uses it.
struct Meeting {
    Loop loop;
    net::Trace trace;
    base::Error error;
    bool opened = false;
    std::function<void(net::ChannelRequest&)> change = [](net::ChannelRequest&) {};
    asio::steady_timer server_done{loop.executor(), asio::steady_timer::time_point::max()};

    // For a test that ends when both sides have seen what they had to.
    asio::awaitable<void> wait_for_server()
    {
        boost::system::error_code cancelled;
        co_await server_done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    void server_has_seen() { server_done.expires_at(asio::steady_timer::time_point::min()); }

    void serve_all(Serve serve, Use use)
    {
        const PeerServer server{loop, std::move(serve)};
        const auto task = [&]() -> asio::awaitable<void> {
            auto request = request_to(server.port());
            change(request);
            auto channel = co_await net::open_channel(request, trace);
            opened = channel.has_value();
            if (!opened) error = channel.error();
            if (opened) co_await use(**channel);
        };
        loop.run(task());
        // What was given up has its last word: else a write in hand and its stream keep each other for ever.
        loop.context().poll();
    }
    void serve_open(Serve serve, Use use)
    {
        const auto after_upgrade = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
            co_await accept_upgrade(peer);
            co_await serve(peer);
        };
        serve_all(after_upgrade, std::move(use));
    }
};

asio::awaitable<void> nothing(net::Channel&)
{
    co_return;
}

asio::awaitable<void> keep_silent(std::shared_ptr<Peer> peer)
{
    co_await peer->read_all();
}

void refuse(Meeting& meeting, const std::string& answer)
{
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await read_request(peer);
        co_await peer->write(answer);
        peer->close();
    };
    meeting.serve_all(serve, nothing);
}

// How a channel ends after these bytes, and what the server saw of it.
struct Ending {
    int code = 0;      // what the owner is told
    int sent_code = 0; // what the server got; 0: no close frame
};

Ending end_after(const std::string& bytes, std::size_t message_max = 1024)
{
    Meeting meeting;
    Ending ending;
    meeting.change = [&](net::ChannelRequest& request) { request.message_max = message_max; };
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await peer->write(bytes);
        Frame got;
        do got = co_await read_frame(peer);
        while (got.opcode != 8 && got.opcode != -1);
        if (got.opcode == 8) ending.sent_code = got.close_code();
        meeting.server_has_seen();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        bool open = true;
        while (open) {
            const auto message = co_await channel.receive();
            open = message.has_value();
        }
        ending.code = channel.end().code;
        co_await meeting.wait_for_server();
    };
    meeting.serve_open(serve, use);
    return ending;
}

} // namespace

TEST_CASE("an upgrade carries the token, the sub-protocol and no offer to compress", "[net][channel]")
{
    Meeting meeting;
    std::string request;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        request = co_await accept_upgrade(peer);
        co_await peer->read_all();
    };
    meeting.serve_all(serve, nothing);
    CHECK(meeting.opened);
    CHECK_THAT(request, Catch::StartsWith("GET /link/v1/connect HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK_THAT(request, Catch::Contains("\r\nAuthorization: Bearer token\r\n"));
    CHECK_THAT(request, Catch::Contains("\r\nSec-WebSocket-Protocol: mizo-link.v1\r\n"));
    CHECK_THAT(request, Catch::Contains("\r\nUser-Agent: mizo-relay/1\r\n"));
    CHECK_THAT(request, !Catch::Contains("Sec-WebSocket-Extensions"));
    CHECK(meeting.trace.http_status == 101);
    CHECK(meeting.trace.clock_ahead.has_value());
    CHECK(meeting.trace.steps.back().message.code == "test_upgrade_ok");
}

TEST_CASE("a refused upgrade leaves status, Retry-After and Date, and nothing of the body", "[net][channel]")
{
    Meeting meeting;
    refuse(meeting, "HTTP/1.1 401 Unauthorized\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nRetry-After: 30\r\n"
                    "Content-Length: 6\r\n\r\ncanary");
    CHECK(meeting.error.code() == "link_key_refused");
    CHECK(meeting.error.kind() == base::Errc::unauthorised);
    CHECK(meeting.trace.http_status == 401);
    CHECK(meeting.trace.retry_after == 30s);
    CHECK(meeting.trace.date.has_value());
    REQUIRE(meeting.trace.failed());
    CHECK(meeting.trace.failed()->stage == net::DialStage::upgrade);
    CHECK_THAT(meeting.error.text() + meeting.error.detail(), !Catch::Contains("canary"));
}

TEST_CASE("a middlebox that answers something else is told by what it did", "[net][channel]")
{
    struct Row {
        const char* answer;
        const char* code;
    };
    const Row rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "link_upgrade_refused"},
        {"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
         "link_upgrade_refused"},
        {"", "link_network"},
        {"HTTP/1.1 101", "link_network"},
        {"SSH-2.0-OpenSSH\r\n\r\n", "link_network"},
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
         "link_protocol_error"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.answer);
        Meeting meeting;
        refuse(meeting, row.answer);
        CHECK_FALSE(meeting.opened);
        CHECK(meeting.error.code() == row.code);
        REQUIRE(meeting.trace.failed());
        CHECK(meeting.trace.failed()->advice->code == "advice_websocket");
    }
}

TEST_CASE("a server that does not choose our sub-protocol is not spoken to", "[net][channel]")
{
    Meeting meeting;
    const auto serve = [](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        const auto request = co_await read_request(peer);
        co_await peer->write(upgrade_answer(request, "mizo-link.v2"));
        co_await peer->read_all();
    };
    meeting.serve_all(serve, nothing);
    CHECK(meeting.error.code() == "link_protocol_error");
}

TEST_CASE("an upgrade that is never answered ends at its deadline", "[net][channel]")
{
    Meeting meeting;
    meeting.change = [](net::ChannelRequest& request) { request.route.limits.upgrade = 30ms; };
    meeting.serve_all(keep_silent, nothing);
    CHECK(meeting.error.kind() == base::Errc::timeout);
    CHECK(meeting.error.code() == "link_connect_timeout");
    REQUIRE(meeting.trace.failed());
    CHECK(meeting.trace.failed()->stage == net::DialStage::upgrade);
}

TEST_CASE("messages arrive in order, whole, also where they were sent in fragments", "[net][channel]")
{
    Meeting meeting;
    std::vector<std::string> got;
    const std::string large(100'000, 'x');
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        const auto bytes = frame(0x81, "one") + frame(0x01, "tw") + frame(0x89, "ping") + frame(0x80, "o") +
                           frame(0x81, large) + frame(0x81, "");
        co_await peer->write(bytes);
        co_await peer->read_all();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        for (int count = 0; count < 4; ++count) {
            auto message = co_await channel.receive();
            if (message) got.push_back(*message);
        }
    };
    meeting.serve_open(serve, use);
    CHECK(got == std::vector<std::string>{"one", "two", large, ""});
}

TEST_CASE("many messages leave in order, masked, and together", "[net][channel]")
{
    Meeting meeting;
    constexpr int count = 10'000;
    int in_order = 0;
    bool all_masked = true;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        for (int number = 0; number < count; ++number) {
            const auto got = co_await read_frame(peer);
            in_order += got.payload == std::to_string(number) && got.fin && got.opcode == 1;
            all_masked = all_masked && got.masked;
        }
        co_await peer->write(close_frame(1001));
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        for (int number = 0; number < count; ++number) channel.send(std::to_string(number));
        CHECK(channel.queued_bytes() >= 38'890);
        const auto end = co_await channel.receive();
        CHECK(end.has_error());
        CHECK(channel.queued_bytes() == 0);
    };
    meeting.serve_open(serve, use);
    CHECK(in_order == count);
    CHECK(all_masked);
}

TEST_CASE("a message of 8 MiB passes in both directions", "[net][channel]")
{
    Meeting meeting;
    const std::string large(8 * 1024 * 1024, 'x');
    bool whole = false;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        const auto got = co_await read_frame(peer);
        whole = got.payload == large;
        co_await peer->write(frame(0x81, got.payload));
        co_await peer->read_all();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send(large);
        const auto back = co_await channel.receive();
        CHECK((back && *back == large));
    };
    meeting.serve_open(serve, use);
    CHECK(whole);
}

TEST_CASE("each breach of RFC 6455 is answered with its close code", "[net][channel]")
{
    struct Row {
        const char* what;
        std::string bytes;
        int code;
    };
    const auto no_end = frame(0x01, "a") + frame(0x81, "b");
    const Row rows[] = {
        {"a reserved bit", frame(0xC1, "x"), 1002},
        {"two reserved bits", frame(0xB1, "x"), 1002},
        {"a reserved opcode", frame(0x83, "x"), 1002},
        {"a reserved control opcode", frame(0x8B, "x"), 1002},
        {"a masked frame of a server", std::string{"\x81\x81", 2} + "abcdx", 1002},
        {"a continuation of nothing", frame(0x80, "x"), 1002},
        {"a new message before the end of the last", no_end, 1002},
        {"a fragmented control frame", frame(0x09, "x"), 1002},
        {"a control frame over 125 bytes", frame(0x89, std::string(126, 'x')), 1002},
        {"a length in more bytes than it needs", std::string{"\x81\x7E\x00\x05hello", 9}, 1002},
        {"a 64-bit length with its top bit", "\x81\x7F" + std::string(8, '\xFF'), 1009},
        {"a 1 GiB frame", std::string{"\x81\x7F\x00\x00\x00\x00\x40\x00\x00\x00", 10}, 1009},
        {"a message over the limit", frame(0x81, std::string(1025, 'x')), 1009},
        {"fragments over the limit", frame(0x01, std::string(1024, 'x')) + frame(0x80, "x"), 1009},
        {"bad UTF-8", frame(0x81, "\xC3\x28"), 1007},
        {"UTF-8 that ends early", frame(0x81, "\xE2\x82"), 1007},
        {"a surrogate", frame(0x81, "\xED\xA0\x80"), 1007},
        {"binary", frame(0x82, "x"), 1003},
        {"a close code that must not be sent", close_frame(1005), 1002},
        {"a close frame of one byte", frame(0x88, "x"), 1002},
        {"a close reason that is no UTF-8", close_frame(1000, "\xFF"), 1002},
    };
    for (const auto& row : rows) {
        CAPTURE(row.what);
        const auto ending = end_after(row.bytes);
        CHECK(ending.code == row.code);
        CHECK(ending.sent_code == row.code);
    }
}

TEST_CASE("a message of exactly the limit is taken", "[net][channel]")
{
    const auto ending = end_after(frame(0x81, std::string(1024, 'x')) + close_frame(1001));
    CHECK(ending.code == 1001);
}

TEST_CASE("a flood of control frames and fragments without content harms nothing", "[net][channel]")
{
    std::string flood;
    for (int count = 0; count < 2'000; ++count) flood += frame(0x89, "ping") + frame(0x8A, "");
    flood += frame(0x01, "");
    for (int count = 0; count < 2'000; ++count) flood += frame(0x00, "");
    const auto ending = end_after(flood + frame(0x80, "") + close_frame(4001));
    CHECK(ending.code == 4001);
    CHECK(ending.sent_code == 4001);
}

TEST_CASE("the end tells the peer's code and reason, and 1006 where there was none", "[net][channel]")
{
    struct Row {
        std::string bytes;
        int code;
        const char* reason;
    };
    const Row rows[] = {
        {close_frame(4409, "superseded"), 4409, "superseded"},
        {frame(0x88, ""), 1005, ""},
        {"", 1006, "End of file"},
        {"\x81\x05he", 1006, "End of file"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.code);
        Meeting meeting;
        const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
            co_await peer->write(row.bytes);
            peer->close();
        };
        const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
            const auto first = co_await channel.receive();
            CHECK(first.has_error());
            CHECK(channel.end().code == row.code);
            CHECK_THAT(channel.end().reason, Catch::StartsWith(row.reason));
            const auto again = co_await channel.receive();
            CHECK(again.has_error());
        };
        meeting.serve_open(serve, use);
    }
}

TEST_CASE("closing sends what is queued first, and ends with the peer's answer", "[net][channel]")
{
    Meeting meeting;
    std::vector<int> opcodes;
    std::string bye;
    Frame last;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        for (int count = 0; count < 3; ++count) {
            last = co_await read_frame(peer);
            opcodes.push_back(last.opcode);
            if (last.opcode == 1) bye = last.payload;
        }
        co_await peer->write(close_frame(1000));
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.send("event");
        channel.send("bye");
        channel.close(1001, std::string(121, 'r') + "\xE2\x82\xAC");
        channel.send("too late");
        const auto end = co_await channel.receive();
        CHECK(end.has_error());
        CHECK(channel.end().code == 1000);
    };
    meeting.serve_open(serve, use);
    CHECK(opcodes == std::vector<int>{1, 1, 8});
    CHECK(bye == "bye");
    CHECK(last.close_code() == 1001);
    CHECK(last.payload.substr(2) == std::string(121, 'r'));
}

TEST_CASE("a peer that does not answer the close frame is left at the deadline", "[net][channel]")
{
    Meeting meeting;
    meeting.change = [](net::ChannelRequest& request) { request.close_limit = 30ms; };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        channel.close(1000, "");
        const auto end = co_await channel.receive();
        CHECK(end.has_error());
        CHECK(channel.end().code == 1006);
    };
    meeting.serve_open(keep_silent, use);
}

TEST_CASE("a peer that stops reading does not keep a channel from being aborted", "[net][channel]")
{
    Meeting meeting;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        asio::steady_timer wait{peer->socket().get_executor(), 10s};
        co_await wait.async_wait(asio::use_awaitable);
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        const std::string large(1024 * 1024, 'x');
        for (int count = 0; count < 32; ++count) channel.send(large);
        asio::steady_timer wait{meeting.loop.executor(), 50ms};
        co_await wait.async_wait(asio::use_awaitable);
        CHECK(channel.queued_bytes() > large.size());
        channel.abort();
        const auto end = co_await channel.receive();
        CHECK(end.has_error());
        CHECK(channel.end().code == 1006);
    };
    meeting.serve_open(serve, use);
}

TEST_CASE("a breach while much is queued still gets its close code", "[net][channel]")
{
    Meeting meeting;
    int sent_code = 0;
    const auto serve = [&](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        co_await peer->write(frame(0xC1, "x"));
        Frame got;
        do got = co_await read_frame(peer);
        while (got.opcode == 1);
        sent_code = got.opcode == 8 ? got.close_code() : 0;
        meeting.server_has_seen();
    };
    const auto use = [&](net::Channel& channel) -> asio::awaitable<void> {
        for (int count = 0; count < 5'000; ++count) channel.send(std::string(500, 'x'));
        const auto end = co_await channel.receive();
        CHECK(end.has_error());
        CHECK(channel.end().code == 1002);
        co_await meeting.wait_for_server();
    };
    meeting.serve_open(serve, use);
    CHECK(sent_code == 1002);
}
