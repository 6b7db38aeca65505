#include "tests/loopback/server_rig.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mizo;
using namespace mizo::tests;

namespace {

// A handler whose answers are a stream that the test says.
struct Streaming {
    std::shared_ptr<FakeSource> source;
    bool ended = false;

    void behind(ServerRig& rig)
    {
        rig.handler.respond = [this](web::Request) -> asio::awaitable<web::Response> {
            web::Response response = web::empty_response(200);
            response.source = std::make_shared<FakeSource>(ended);
            source = std::static_pointer_cast<FakeSource>(response.source);
            co_return response;
        };
    }
    // The test lets go of it: from now on the listener alone holds it.
    std::weak_ptr<FakeSource> release()
    {
        std::weak_ptr<FakeSource> weak = source;
        source.reset();
        return weak;
    }
};

} // namespace

TEST_CASE("a stream is sent piece by piece as it is said, and the connection is kept", "[loopback][server]")
{
    ServerRig rig;
    Streaming streaming;
    streaming.behind(rig);
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write(get());
        const std::string head = co_await client.read_until("\r\n\r\n");
        CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
        streaming.source->say("hello");
        const std::string first = co_await client.read_until("\r\nhello\r\n");
        CHECK(first == "5\r\nhello\r\n");
        streaming.source->say("");
        streaming.source->say(std::string(26, 'a'));
        const std::string second = co_await client.read_until("aa\r\n");
        CHECK(second == "1a\r\n" + std::string(26, 'a') + "\r\n");
        streaming.source->say(std::nullopt);
        const std::string end = co_await client.read_until("0\r\n\r\n");
        CHECK(end == "0\r\n\r\n");
        streaming.release();
        co_await rig.until([&] { return streaming.ended; });
        co_await client.write(get());
        const std::string next = co_await client.read_until("\r\n\r\n");
        CHECK(next.starts_with("HTTP/1.1 200 OK\r\n"));
    });
}

TEST_CASE("a stream to HTTP/1.0 comes without chunks and ends with the connection", "[loopback][server]")
{
    ServerRig rig;
    Streaming streaming;
    streaming.behind(rig);
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        const std::string head = co_await client.read_until("\r\n\r\n");
        CHECK(head == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        streaming.source->say("hello, ");
        streaming.source->say("world");
        streaming.source->say(std::nullopt);
        const std::string body = co_await client.read_all();
        CHECK(body == "hello, world");
    });
}

TEST_CASE("a client that goes away ends its stream at the next piece", "[loopback][server]")
{
    ServerRig rig;
    Streaming streaming;
    streaming.behind(rig);
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write(get());
        co_await client.read_until("\r\n\r\n");
        client.close();
        const auto source = streaming.release();
        co_await rig.until([&] {
            if (const auto held = source.lock(); held && held->awaited()) held->say("piece");
            return streaming.ended;
        });
        co_await rig.until([&] { return rig.server->connections() == 0; });
    });
}

TEST_CASE("stopping ends a stream that has nothing to say", "[loopback][server]")
{
    ServerRig rig;
    Streaming streaming;
    streaming.behind(rig);
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write(get());
        co_await client.read_until("\r\n\r\n");
        co_await rig.until([&] { return streaming.source->awaited(); });
        streaming.release();
        co_await rig.server->stop(20ms);
        CHECK(rig.server->connections() == 0);
        CHECK(streaming.ended);
        const std::string rest = co_await client.read_all();
        CHECK(rest.find("0\r\n\r\n") == std::string::npos); // it is not whole
    });
    CHECK(rig.complaints().empty());
}

TEST_CASE("stopping lets a request in hand finish, ends idle connections and takes no more",
          "[loopback][server]")
{
    ServerRig rig;
    asio::steady_timer gate{rig.loop.executor(), asio::steady_timer::time_point::max()};
    rig.handler.respond = [&](web::Request) -> asio::awaitable<web::Response> {
        boost::system::error_code ignored;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        web::Response response = web::text_response(200, "done");
        co_return response;
    };
    rig.run([&]() -> asio::awaitable<void> {
        Client idle = co_await rig.client();
        Client busy = co_await rig.client();
        co_await busy.write(get());
        co_await rig.until(
            [&] { return rig.handler.requests.size() == 1 && rig.server->connections() == 2; });
        bool stopped = false;
        asio::co_spawn(rig.loop.executor(), rig.server->stop(10s),
                       [&](std::exception_ptr) { stopped = true; });
        const std::string nothing = co_await idle.read_all();
        CHECK(nothing.empty());
        CHECK_FALSE(stopped);
        gate.cancel();
        const std::string answer = co_await busy.read_all();
        CHECK(answer.find("done") != std::string::npos);
        CHECK(answer.find("Connection: close\r\n") != std::string::npos);
        co_await rig.until([&] { return stopped; });
        bool refused = false;
        try {
            Client late = co_await rig.client();
        } catch (const boost::system::system_error& error) {
            refused = error.code() == asio::error::connection_refused;
        }
        CHECK(refused);
    });
    CHECK(rig.complaints().empty());
}

TEST_CASE("stopping waits for a request no longer than allowed", "[loopback][server]")
{
    ServerRig rig;
    rig.handler.respond = [&](web::Request) -> asio::awaitable<web::Response> {
        asio::steady_timer never{rig.loop.executor(), asio::steady_timer::time_point::max()};
        boost::system::error_code ignored;
        co_await never.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        web::Response response = web::empty_response(200);
        co_return response;
    };
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await client.write(get());
        co_await rig.until([&] { return rig.handler.requests.size() == 1; });
        co_await rig.server->stop(20ms);
        CHECK(rig.server->connections() == 0);
        const std::string rest = co_await client.read_all();
        CHECK(rest.find("HTTP/1.1") == std::string::npos);
    });
    CHECK(rig.complaints().empty());
}

TEST_CASE("over TLS requests follow each other, and ALPN takes nothing but http/1.1", "[loopback][server]")
{
    const TestCa ca{"Test CA"};
    ServerRig rig{[&](net::ServerOptions& options) { options.tls = ca.server(); }};
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        const bool secured = co_await client.secure(ca.trusting());
        REQUIRE(secured);
        for (const std::string& body : {std::string{"one"}, std::string(1000, 'a')}) {
            const std::string answer = co_await client.ask(post(body));
            CHECK(answer.ends_with("POST / " + body));
        }
        CHECK(rig.handler.requests.at(0).head.secure);
        const std::string over = co_await client.ask(post(std::string(1001, 'a')));
        CHECK(over.starts_with("HTTP/1.1 413 "));
    });
    CHECK(rig.complaints().empty());
}

TEST_CASE("a handshake that does not come in its time or is none ends the connection", "[loopback][server]")
{
    const TestCa ca{"Test CA"};
    ServerRig rig{[&](net::ServerOptions& options) {
        options.tls = ca.server();
        options.limits.head = 20ms;
    }};
    rig.run([&]() -> asio::awaitable<void> {
        Client silent = co_await rig.client();
        const std::string nothing = co_await silent.read_all();
        CHECK(nothing.empty());
        Client plain = co_await rig.client();
        co_await plain.write(get());
        const std::string alert = co_await plain.read_all();
        CHECK(alert.find("HTTP/1.1") == std::string::npos);
        co_await rig.until([&] { return rig.server->connections() == 0; });
    });
    CHECK(rig.handler.admitted.empty());
}

TEST_CASE("another certificate serves new connections from its setting on", "[loopback][server]")
{
    const TestCa first{"First CA"};
    const TestCa second{"Second CA"};
    ServerRig rig{[&](net::ServerOptions& options) { options.tls = first.server(); }};
    rig.run([&]() -> asio::awaitable<void> {
        Client old = co_await rig.client();
        const bool by_first = co_await old.secure(first.trusting());
        CHECK(by_first);
        rig.server->set_tls(second.server());
        Client next = co_await rig.client();
        const bool by_second = co_await next.secure(second.trusting());
        CHECK(by_second);
        const std::string still = co_await old.ask(get());
        CHECK(still.starts_with("HTTP/1.1 200 "));
    });
}

namespace {

// Takes every descriptor there is, lets half a second pass for CPU time to be wasted in, and says whether the
// listener takes connections again once there are some. In a process of its own.
int serve_without_descriptors()
{
    ServerRig rig;
    bool good = false;
    rig.run([&]() -> asio::awaitable<void> {
        Client client = co_await rig.client();
        co_await rig.until([&] { return rig.server->connections() == 1; });
        // UBSan needs a descriptor to see an object of a class for the first time.
        rig.log.write("test", base::Level::info, "ready", {});
        co_await client.ask(get());
        std::vector<int> held;
        tcp::socket late{rig.loop.executor(), tcp::v4()};
        for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) held.push_back(fd);
        const tcp::endpoint server{asio::ip::address_v4::loopback(), rig.server->port()};
        co_await late.async_connect(server, asio::use_awaitable); // by the kernel's queue
        rusage before{};
        ::getrusage(RUSAGE_SELF, &before);
        asio::steady_timer pause{rig.loop.executor(), 500ms};
        co_await pause.async_wait(asio::use_awaitable);
        rusage after{};
        ::getrusage(RUSAGE_SELF, &after);
        const auto ms = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
        const auto spent =
            ms(after.ru_utime) + ms(after.ru_stime) - ms(before.ru_utime) - ms(before.ru_stime);
        const std::string existing = co_await client.ask(get());
        for (const int fd : held) ::close(fd);
        co_await rig.until([&] { return rig.server->connections() == 2; });
        good = spent < 100 && existing.starts_with("HTTP/1.1 200 ") && rig.complaints().size() == 1;
    });
    return good ? 0 : 1;
}

} // namespace

TEST_CASE("a listener out of descriptors pauses, serves what it has, and goes on", "[loopback][server]")
{
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit few{64, 64};
        ::setrlimit(RLIMIT_NOFILE, &few);
        int status = 2;
        try {
            status = serve_without_descriptors();
        } catch (const std::exception&) {}
        ::_exit(status);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
