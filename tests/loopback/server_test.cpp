#include "tests/loopback/server_rig.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;

namespace {

int status_of(const std::string& answer)
{
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string body_of(const std::string& answer)
{
    const auto end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("requests follow each other on one connection", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        for (const std::string body : {"one", "", "three"}) {
            const std::string answer = co_await client.ask(post(body));
            CHECK(status_of(answer) == 200);
            CHECK(body_of(answer) == "POST / " + body);
            CHECK_FALSE(has(answer, "Connection: close"));
        }
        CHECK(rig.server->connections() == 1);
        CHECK(rig.handler.requests.at(0).head.remote == "127.0.0.1");
        CHECK_FALSE(rig.handler.requests.at(0).head.secure);
    });
    CHECK(rig.complaints().empty());
}

TEST_CASE("requests that come at once are answered one by one, in order", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        const std::string chunked =
            "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n";
        co_await client.write(post("one") + chunked + get("/3") + get("/4", "Connection: close\r\n") +
                              get("/5"));
        const std::string all = co_await client.read_all();
        std::size_t at = 0;
        for (const std::string said : {"POST / one", "POST /2 two", "GET /3 ", "GET /4 "}) {
            at = all.find(said, at);
            CHECK(at != std::string::npos);
        }
        CHECK_FALSE(has(all, "/5"));
        CHECK(rig.handler.requests.size() == 4);
    });
}

TEST_CASE("a request may come byte by byte", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        client.socket().set_option(tcp::no_delay{true});
        for (const char byte : post("hello")) {
            const std::string one(1, byte);
            co_await client.write(one);
        }
        const std::string answer = co_await client.read_answer();
        CHECK(body_of(answer) == "POST / hello");
    });
}

TEST_CASE("a connection ends after an answer where the client says so or knows no other way",
          "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        for (const std::string& request :
             {get("/", "Connection: close\r\n"), std::string{"GET / HTTP/1.0\r\nHost: a\r\n\r\n"}}) {
            Client client = co_await rig.client();
            co_await client.write(request);
            const std::string all = co_await client.read_all();
            CHECK(has(all, "Connection: close\r\n"));
            CHECK(body_of(all) == "GET / ");
        }
    });
}

TEST_CASE("what is malformed is refused, told to the handler, and ends the connection", "[loopback][server]")
{
    struct Case {
        std::string bytes;
        int status;
    };
    const std::vector<Case> cases{
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {get("/", "Expect: 200-ok\r\n"), 417},
        {get("/" + std::string(8192, 'a')), 414},
        {get("/", "X: " + std::string(16 * 1024, 'a') + "\r\n"), 431},
        {std::string(17 * 1024, 'a'), 431},
        {"GET / HTTP/1.1\nHost: a\n", 400}, // at once: no empty line, CRLF or not, could make it right
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    };
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        for (const Case& each : cases) {
            INFO(each.bytes.substr(0, 60));
            Client client = co_await rig.client();
            co_await client.write(each.bytes + get("/smuggled"));
            client.socket().shutdown(tcp::socket::shutdown_send);
            const std::string all = co_await client.read_all();
            CHECK(status_of(all) == each.status);
            CHECK(has(all, "Connection: close\r\n"));
            CHECK(body_of(all) == "refused");
            CHECK(rig.handler.refused.back() == each.status);
        }
    });
    CHECK(rig.handler.requests.empty());
    CHECK(rig.handler.refused.size() == cases.size());
}

TEST_CASE("a body of the greatest size is taken, and one byte more is 413", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        Client good = co_await rig.client();
        const std::string taken = co_await good.ask(post(std::string(1000, 'a')));
        CHECK(status_of(taken) == 200);
        const std::string over = co_await good.ask(post(std::string(1001, 'a')));
        CHECK(status_of(over) == 413);

        Client chunked = co_await rig.client();
        const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        const std::string whole =
            co_await chunked.ask(head + "3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n");
        CHECK(status_of(whole) == 200);
        const std::string larger =
            co_await chunked.ask(head + "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\n");
        CHECK(status_of(larger) == 413);
    });
    CHECK(rig.handler.requests.size() == 2);
    CHECK(rig.handler.refused == std::vector<int>{413, 413});
}

TEST_CASE("a client that goes on sending a refused body still reads the answer", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        for (const std::string path : {"/", "/refused"}) {
            Client client = co_await rig.client();
            co_await client.write("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n");
            for (int i = 0; i < 6; ++i) {
                std::string piece(100'000, 'b');
                const bool sent = co_await client.write(std::move(piece));
                CHECK(sent);
            }
            client.socket().shutdown(tcp::socket::shutdown_send);
            const std::string all = co_await client.read_all();
            CHECK(status_of(all) == (path == "/" ? 413 : 404));
            CHECK(has(all, "Connection: close\r\n"));
            CHECK_FALSE(has(all, "RESET"));
        }
    });
    CHECK(rig.handler.requests.empty());
}

TEST_CASE("a refusal without a body in the way keeps the connection", "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        const std::string refused = co_await client.ask(get("/refused"));
        CHECK(status_of(refused) == 404);
        const std::string next = co_await client.ask(get("/next"));
        CHECK(body_of(next) == "GET /next ");
    });
}

TEST_CASE("a client that expects 100-continue is told, but only where its body is wanted",
          "[loopback][server]")
{
    ServerRig rig;
    rig.run([&]() -> asio::awaitable<void> {
        const std::string expect = "Expect: 100-continue\r\n";
        Client client = co_await rig.client();
        co_await client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + expect + "\r\n");
        const std::string interim = co_await client.read_until("\r\n\r\n");
        CHECK(interim == "HTTP/1.1 100 Continue\r\n\r\n");
        const std::string answer = co_await client.ask("hello");
        CHECK(body_of(answer) == "POST / hello");
        // The body is here already: nobody waits to be told.
        const std::string at_once = co_await client.ask(post("hello", expect));
        CHECK(status_of(at_once) == 200);

        Client too_large = co_await rig.client();
        const std::string over = co_await too_large.ask(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n" + expect + "\r\n");
        CHECK(status_of(over) == 413);
        Client elsewhere = co_await rig.client();
        const std::string refused = co_await elsewhere.ask(
            "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + expect + "\r\n");
        CHECK(status_of(refused) == 404);
    });
}

TEST_CASE("the answer to HEAD ends with its head, whatever the handler gives", "[loopback][server]")
{
    ServerRig rig;
    bool ended = false;
    rig.handler.respond = [&](web::Request request) -> asio::awaitable<web::Response> {
        web::Response response = web::text_response(200, "a body");
        if (request.head.path == "/stream") response.source = std::make_shared<FakeSource>(ended);
        co_return response;
    };
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        for (const std::string path : {"/", "/stream"}) {
            co_await client.write("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            const std::string head = co_await client.read_until("\r\n\r\n");
            CHECK(status_of(head) == 200);
            CHECK(has(head, path == "/" ? "Content-Length: 6\r\n" : "Transfer-Encoding: chunked\r\n"));
        }
        const std::string next = co_await client.ask(get());
        CHECK(next.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(body_of(next) == "a body");
    });
    CHECK(ended);
}

TEST_CASE("connections over the limit are answered 503, and beyond that closed", "[loopback][server]")
{
    ServerRig rig{[](net::ServerOptions& options) {
        options.limits.connections_max = 3;
        options.limits.connections_of_one_address_max = 2;
        options.limits.overflow_max = 1;
    }};
    rig.run([&]() -> asio::awaitable<void> {
        Client first = co_await rig.client();
        Client second = co_await rig.client();
        co_await rig.until([&] { return rig.server->connections() == 2; });
        // One address has its share; another one does not suffer from it.
        Client third = co_await rig.client();
        const std::string over = co_await third.ask(get());
        CHECK(status_of(over) == 503);
        CHECK(has(over, "Retry-After: 60\r\n"));
        CHECK(has(over, "Connection: close\r\n"));
        third.close();
        co_await rig.until([&] { return rig.server->connections() == 2; });
        Client other = co_await rig.client("127.0.0.2");
        const std::string good = co_await other.ask(get());
        CHECK(status_of(good) == 200);

        Client fourth = co_await rig.client("127.0.0.3");
        co_await rig.until([&] { return rig.server->connections() == 4; });
        Client fifth = co_await rig.client("127.0.0.4");
        const std::string nothing = co_await fifth.read_all();
        CHECK(status_of(nothing) == 0);
        const std::string overflow = co_await fourth.ask(get());
        CHECK(status_of(overflow) == 503);
        fourth.close();
        first.close();
        co_await rig.until([&] { return rig.server->connections() == 2; });
        Client again = co_await rig.client();
        const std::string served = co_await again.ask(get());
        CHECK(status_of(served) == 200);
    });
    CHECK(rig.handler.requests.size() == 2);
}

TEST_CASE("an idle connection is closed without a word", "[loopback][server]")
{
    ServerRig rig{[](net::ServerOptions& options) { options.limits.idle = 20ms; }};
    rig.run([&]() -> asio::awaitable<void> {
        Client silent = co_await rig.client();
        const std::string nothing = co_await silent.read_all();
        CHECK(nothing.empty());
        Client once = co_await rig.client();
        const std::string answer = co_await once.ask(get());
        CHECK(status_of(answer) == 200);
        const std::string after = co_await once.read_all();
        CHECK(after.empty());
    });
    CHECK(rig.handler.refused.empty());
}

TEST_CASE("a head or body that does not come in its time is answered 408", "[loopback][server]")
{
    ServerRig rig{[](net::ServerOptions& options) {
        options.limits.head = 20ms;
        options.limits.body = 20ms;
    }};
    rig.run([&]() -> asio::awaitable<void> {
        for (const std::string start :
             {"GET / HTT", "GET / HTTP/1.1\r\nHost: a\r\n",
              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell"}) {
            Client client = co_await rig.client();
            const std::string answer = co_await client.ask(start);
            CHECK(status_of(answer) == 408);
            CHECK(has(answer, "Connection: close\r\n"));
        }
    });
    CHECK(rig.handler.requests.empty());
    CHECK(rig.handler.refused == std::vector<int>{408, 408, 408, 408});
}

TEST_CASE("a byte now and then does not prolong the time for a head", "[loopback][server]")
{
    ServerRig rig{[](net::ServerOptions& options) { options.limits.head = 50ms; }};
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        asio::steady_timer pause{rig.loop.executor()};
        bool open = true;
        while (open && rig.handler.refused.empty()) {
            std::string byte = "a";
            open = co_await client.write(std::move(byte));
            pause.expires_after(2ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
        CHECK(rig.handler.refused == std::vector<int>{408});
    });
}

TEST_CASE("a client that does not read its answer is let go", "[loopback][server]")
{
    ServerRig rig{[](net::ServerOptions& options) { options.limits.write = 50ms; }};
    rig.handler.respond = [](web::Request) -> asio::awaitable<web::Response> {
        web::Response response = web::text_response(200, std::string(32 * 1024 * 1024, 'a'));
        co_return response;
    };
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write(get());
        co_await rig.until([&] { return rig.handler.requests.size() == 1; });
        co_await rig.until([&] { return rig.server->connections() == 0; });
    });
}
