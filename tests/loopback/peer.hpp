#pragma once

#include "daemon/net/dial.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Small servers on 127.0.0.1, which do what a test wants them to do wrong.
namespace mizo::tests {

namespace asio = boost::asio;
using asio::ip::tcp;

// The loop of one test, with a bound on the whole.
class Loop {
public:
    asio::io_context& context() { return context_; }
    asio::any_io_executor executor() { return context_.get_executor(); }

    // Runs the task to its end, and throws what it throws; a task over 20 s is a failure.
    void run(asio::awaitable<void> task);
    // Runs it beside; at the end of the test it is dropped.
    void beside(asio::awaitable<void> task);

private:
    asio::io_context context_{1};
};

// A connection as a server sees it: exact bytes, plain or TLS.
class Peer {
public:
    explicit Peer(tcp::socket socket) : socket_{std::move(socket)} {}

    tcp::socket& socket() { return socket_; }
    asio::awaitable<bool> secure(asio::ssl::context& context);
    // Up to and with the mark; what follows is kept for the next call. What came before the end, where the
    // mark does not come.
    asio::awaitable<std::string> read_until(std::string mark);
    asio::awaitable<std::string> read(std::size_t count);
    // Everything until the other side closes or breaks off.
    asio::awaitable<std::string> read_all();
    asio::awaitable<void> write(std::string bytes);
    void close();

private:
    asio::awaitable<bool> read_some();

    tcp::socket socket_;
    std::unique_ptr<asio::ssl::stream<tcp::socket&>> tls_;
    std::string read_;
};

using Serve = std::function<asio::awaitable<void>(std::shared_ptr<Peer>)>;

// Accepts on a free port, and serves each connection with the same function.
class PeerServer {
public:
    PeerServer(Loop& loop, Serve serve);
    ~PeerServer();

    std::uint16_t port() const { return port_; }
    std::size_t accepted() const { return accepted_; }

private:
    struct Listening;
    std::shared_ptr<Listening> listening_;
    std::uint16_t port_ = 0;
    const std::size_t& accepted_;
};

// A port on which nobody listens.
std::uint16_t closed_port(Loop& loop);

// Routes to a server of a test: "cloud.example" is 127.0.0.1 there.
net::Route plain_route(std::uint16_t port, const std::string& target = "/");
net::Route secure_route(std::uint16_t port, net::TlsContext tls);

// ---- Certificates ----

struct CertificateSpec {
    std::string common_name = "cloud.example";
    std::string names = "DNS:cloud.example"; // subjectAltName
    int not_before_days = -1;
    int not_after_days = 30;
    int rsa_bits = 0; // 0: P-256
    bool sha1 = false;
};

// A small CA, and what it issues.
class TestCa {
public:
    explicit TestCa(const std::string& common_name);
    ~TestCa();
    TestCa(const TestCa&) = delete;
    TestCa& operator=(const TestCa&) = delete;

    // A server's context with a new certificate.
    std::shared_ptr<asio::ssl::context> server(const CertificateSpec& spec = {}) const;
    // A client's context that trusts this CA alone.
    net::TlsContext trusting() const;

private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

} // namespace mizo::tests
