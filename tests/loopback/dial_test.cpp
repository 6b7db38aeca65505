#include "tests/loopback/peer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include <future>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;
using net::DialStage;
using net::Trace;

namespace {

// What a dialling came to.
struct Dialled {
    bool open = false;
    base::Error error;
    Trace trace;

    std::string advice() const
    {
        const auto* step = trace.failed();
        return step && step->advice ? step->advice->code : "";
    }
    std::string stages() const
    {
        std::string text;
        for (const auto& step : trace.steps)
            text += std::string{net::name_of(step.stage)} + (step.ok ? "+ " : "- ");
        return text;
    }
};

Dialled dial(Loop& loop, const net::Route& route)
{
    Dialled out;
    const auto task = [&]() -> asio::awaitable<void> {
        auto stream = co_await net::dial(route, out.trace);
        out.open = stream.has_value();
        if (!stream) out.error = stream.error();
    };
    loop.run(task());
    return out;
}

asio::awaitable<void> keep_silent(std::shared_ptr<Peer> peer)
{
    co_await peer->read_all();
}

// A TLS server that holds the connection open.
Serve tls_server(std::shared_ptr<asio::ssl::context> context)
{
    return [context](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
        if (co_await peer->secure(*context)) co_await peer->read_all();
    };
}

Dialled dial_tls(const CertificateSpec& spec)
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, tls_server(ca.server(spec))};
    return dial(loop, secure_route(server.port(), ca.trusting()));
}

} // namespace

TEST_CASE("a plain connection to this machine opens", "[net][dial]")
{
    Loop loop;
    const PeerServer server{loop, keep_silent};
    const auto dialled = dial(loop, plain_route(server.port()));
    CHECK(dialled.open);
    CHECK(dialled.stages() == "name+ tcp+ proxy+ tls+ ");
    CHECK(dialled.trace.steps[3].message.code == "test_tls_plain");
}

TEST_CASE("a port where nobody listens is told as refused, with the address", "[net][dial]")
{
    Loop loop;
    const auto port = closed_port(loop);
    const auto dialled = dial(loop, plain_route(port));
    CHECK(dialled.stages() == "name+ tcp- ");
    CHECK(dialled.error.code() == "link_connect_refused");
    CHECK(dialled.error.text() == "127.0.0.1:" + std::to_string(port) + " refused the connection");
    CHECK(dialled.advice() == "advice_firewall");
}

TEST_CASE("where the first address refuses, the next is tried", "[net][dial]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, tls_server(ca.server())};
    auto route = secure_route(server.port(), ca.trusting());
    route.resolve = [](const std::string&, std::string&) {
        const char* texts[] = {"127.0.0.2", "127.0.0.2", "127.0.0.1"};
        std::vector<asio::ip::address> addresses;
        for (const char* text : texts) addresses.push_back(asio::ip::make_address(text));
        return addresses;
    };
    const auto dialled = dial(loop, route);
    CHECK(dialled.open);
    CHECK(dialled.trace.steps[0].message.text == "cloud.example is 127.0.0.2, 127.0.0.1");
    CHECK(dialled.trace.steps[1].message.text == "Connected to 127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("an address that never answers takes its share of the time, not all of it", "[net][dial]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, tls_server(ca.server())};
    // Where the queue of a listener is full, a new connection is neither taken nor refused.
    tcp::acceptor full{loop.context(), tcp::v4()};
    full.bind({asio::ip::make_address_v4("127.0.0.2"), server.port()});
    full.listen(0);
    std::vector<tcp::socket> queue;
    for (int count = 0; count < 4; ++count)
        queue.emplace_back(loop.context(), tcp::v4())
            .async_connect(full.local_endpoint(), [](const boost::system::error_code&) {});
    auto route = secure_route(server.port(), ca.trusting());
    route.limits.connect = 400ms;
    route.resolve = [](const std::string&, std::string&) {
        return std::vector<asio::ip::address>{asio::ip::make_address("127.0.0.2"),
                                              asio::ip::make_address("127.0.0.1")};
    };
    const auto dialled = dial(loop, route);
    CHECK(dialled.open);
    CHECK(dialled.trace.steps[1].took >= 199ms);
}

TEST_CASE("a name without an address is told with the resolver's reason in the log", "[net][dial]")
{
    Loop loop;
    auto route = secure_route(1, nullptr);
    route.resolve = [](const std::string&, std::string& reason) {
        reason = "no such host";
        return std::vector<asio::ip::address>{};
    };
    const auto dialled = dial(loop, route);
    CHECK(dialled.stages() == "name- ");
    CHECK(dialled.error.code() == "link_name_failed");
    CHECK(dialled.error.detail() == "no such host");
    CHECK(dialled.advice() == "advice_dns");
}

TEST_CASE("a resolver that does not answer is left alone at the deadline", "[net][dial]")
{
    std::promise<void> release;
    const auto released = release.get_future().share();
    std::promise<void> left;
    {
        Loop loop;
        auto route = secure_route(1, nullptr);
        route.limits.resolve = 20ms;
        route.resolve = [released, &left](const std::string&, std::string&) {
            released.wait();
            left.set_value();
            return std::vector<asio::ip::address>{};
        };
        const auto dialled = dial(loop, route);
        CHECK(dialled.error.kind() == base::Errc::timeout);
        CHECK(dialled.error.code() == "link_name_failed");
    }
    // It answers when the loop has gone: nothing is touched.
    release.set_value();
    left.get_future().wait();
}

TEST_CASE("a name that leads to a forbidden address is not connected to", "[net][dial]")
{
    Loop loop;
    auto route = secure_route(80, nullptr);
    route.resolve = [](const std::string&, std::string&) {
        return std::vector<asio::ip::address>{asio::ip::make_address("127.0.0.1"),
                                              asio::ip::make_address("169.254.169.254")};
    };
    const auto dialled = dial(loop, route);
    CHECK(dialled.stages() == "name- ");
    CHECK(dialled.error.code() == "link_address_forbidden");
    CHECK(dialled.error.kind() == base::Errc::denied);
}

TEST_CASE("without TLS a name is this machine, whatever the resolver says", "[net][dial]")
{
    Loop loop;
    auto route = plain_route(80);
    route.url.host = "localhost";
    route.resolve = [](const std::string&, std::string&) {
        return std::vector<asio::ip::address>{asio::ip::make_address("192.0.2.1")};
    };
    CHECK(dial(loop, route).error.code() == "link_address_forbidden");
}

TEST_CASE("a chain that is trusted opens, and says by whom it was issued", "[net][dial][tls]")
{
    const auto dialled = dial_tls({});
    CHECK(dialled.open);
    CHECK(dialled.stages() == "name+ tcp+ proxy+ tls+ ");
    CHECK_THAT(dialled.trace.steps[3].message.text,
               Catch::StartsWith("TLSv1.3, issued by Test CA, valid until 2"));
}

TEST_CASE("a certificate for an address opens a connection to that address", "[net][dial][tls]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    CertificateSpec spec;
    spec.names = "IP:127.0.0.1";
    const PeerServer server{loop, tls_server(ca.server(spec))};
    auto route = secure_route(server.port(), ca.trusting());
    route.url.host = "127.0.0.1";
    CHECK(dial(loop, route).open);
    route.url.host = "127.0.0.3";
    CHECK(dial(loop, route).error.code() == "link_connect_refused");
}

TEST_CASE("an unknown CA is named, with the advice to look for an inspecting firewall", "[net][dial][tls]")
{
    Loop loop;
    const TestCa firewall{"Corporate Firewall CA"};
    const TestCa known{"Test CA"};
    const PeerServer server{loop, tls_server(firewall.server())};
    const auto dialled = dial(loop, secure_route(server.port(), known.trusting()));
    CHECK(dialled.stages() == "name+ tcp+ proxy+ tls- ");
    CHECK(dialled.error.kind() == base::Errc::tls);
    CHECK(dialled.error.code() == "link_tls_issuer");
    CHECK(dialled.error.text() == "The certificate of cloud.example was issued by Corporate Firewall CA, "
                                  "which is not trusted here");
    CHECK(dialled.advice() == "advice_inspection");
}

TEST_CASE("each fault of a certificate has its own code", "[net][dial][tls]")
{
    struct Row {
        CertificateSpec spec;
        const char* code;
        const char* advice;
    };
    CertificateSpec expired, early, wrong_name, weak_key, wrong_address;
    expired.not_before_days = -30;
    expired.not_after_days = -1;
    early.not_before_days = 2;
    wrong_name.names = "DNS:other.example";
    wrong_address.names = "IP:127.0.0.1";
    weak_key.rsa_bits = 1024;
    CertificateSpec sha1;
    sha1.sha1 = true;
    const Row rows[] = {
        {expired, "link_tls_expired", "advice_clock"},
        {early, "link_tls_not_yet_valid", "advice_clock"},
        {wrong_name, "link_tls_name", "advice_inspection"},
        {wrong_address, "link_tls_name", "advice_inspection"},
        {weak_key, "link_tls_weak", "advice_inspection"},
        {sha1, "link_tls_weak", "advice_inspection"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.code);
        const auto dialled = dial_tls(row.spec);
        CHECK(dialled.stages() == "name+ tcp+ proxy+ tls- ");
        CHECK(dialled.error.code() == row.code);
        CHECK(dialled.advice() == row.advice);
    }
}

TEST_CASE("a server that knows TLS 1.1 only is refused, and told so", "[net][dial][tls]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const auto context = ca.server();
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context->native_handle(), TLS1_1_VERSION);
    const PeerServer server{loop, tls_server(context)};
    const auto dialled = dial(loop, secure_route(server.port(), ca.trusting()));
    CHECK(dialled.error.code() == "link_tls_failed");
    CHECK_THAT(dialled.error.text(), Catch::EndsWith("does not speak TLS 1.2 or later"));
}

TEST_CASE("a server that never answers the TLS handshake is left at the deadline", "[net][dial][tls]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, keep_silent};
    auto route = secure_route(server.port(), ca.trusting());
    route.limits.tls = 30ms;
    const auto dialled = dial(loop, route);
    CHECK(dialled.stages() == "name+ tcp+ proxy+ tls- ");
    CHECK(dialled.error.kind() == base::Errc::timeout);
    CHECK(dialled.trace.failed()->took >= 29ms);
}

TEST_CASE("all stages together are bounded too", "[net][dial][tls]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, keep_silent};
    auto route = secure_route(server.port(), ca.trusting());
    route.limits.total = 30ms;
    CHECK(dial(loop, route).error.kind() == base::Errc::timeout);
}

TEST_CASE("an answer that is no TLS is told as that", "[net][dial][tls]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, [](std::shared_ptr<Peer> peer) -> asio::awaitable<void> {
                                co_await peer->write("HTTP/1.1 400 Bad Request\r\n\r\n");
                                co_await peer->read_all();
                            }};
    const auto dialled = dial(loop, secure_route(server.port(), ca.trusting()));
    CHECK(dialled.error.code() == "link_tls_failed");
    CHECK_THAT(dialled.error.text(), Catch::EndsWith("does not speak TLS 1.2 or later"));
}

TEST_CASE("an owner ends a dialling at any stage, also before it begins", "[net][dial]")
{
    Loop loop;
    const TestCa ca{"Test CA"};
    const PeerServer server{loop, keep_silent};
    auto route = secure_route(server.port(), ca.trusting());
    route.abort = std::make_shared<net::Abort>();
    const auto fire = [&]() -> asio::awaitable<void> {
        asio::steady_timer timer{loop.executor(), 20ms};
        co_await timer.async_wait(asio::use_awaitable);
        route.abort->fire();
    };
    loop.beside(fire());
    const auto during_tls = dial(loop, route);
    CHECK(during_tls.stages() == "name+ tcp+ proxy+ tls- ");
    CHECK(during_tls.error.code() == "link_aborted");
    std::promise<void> release;
    const auto released = release.get_future().share();
    route.resolve = [released](const std::string&, std::string&) {
        released.wait();
        return std::vector<asio::ip::address>{};
    };
    const auto before = dial(loop, route);
    release.set_value();
    CHECK(before.stages() == "name- ");
    CHECK(before.trace.steps[0].took < route.limits.resolve);
    CHECK(before.error.code() == "link_aborted");
}
