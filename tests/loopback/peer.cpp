#include "tests/loopback/peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <exception>
#include <stdexcept>

namespace mizo::tests {

using boost::system::error_code;

void Loop::run(asio::awaitable<void> task)
{
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(context_, std::move(task), [&](std::exception_ptr thrown) {
        ended = true;
        failure = thrown;
        context_.stop();
    });
    context_.run_for(std::chrono::seconds{20});
    if (failure) std::rethrow_exception(failure);
    if (!ended) throw std::runtime_error{"the test hangs"};
    context_.restart();
}

void Loop::beside(asio::awaitable<void> task)
{
    asio::co_spawn(context_, std::move(task), asio::detached);
}

asio::awaitable<bool> Peer::secure(asio::ssl::context& context)
{
    tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, context);
    error_code failed;
    co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                   asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

asio::awaitable<bool> Peer::read_some()
{
    std::array<char, 16 * 1024> room{};
    const auto buffer = asio::buffer(room);
    error_code failed;
    std::size_t count = 0;
    if (tls_)
        count = co_await tls_->async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failed));
    else
        count = co_await socket_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failed));
    read_.append(room.data(), count);
    co_return !failed;
}

asio::awaitable<std::string> Peer::read_until(std::string mark)
{
    bool open = true;
    while (open && read_.find(mark) == read_.npos) open = co_await read_some();
    const auto at = read_.find(mark);
    const auto size = at == read_.npos ? read_.size() : at + mark.size();
    const auto result = read_.substr(0, size);
    read_.erase(0, size);
    co_return result;
}

asio::awaitable<std::string> Peer::read(std::size_t count)
{
    bool open = true;
    while (open && read_.size() < count) open = co_await read_some();
    const auto result = read_.substr(0, count);
    read_.erase(0, result.size());
    co_return result;
}

asio::awaitable<std::string> Peer::read_all()
{
    bool open = true;
    while (open) open = co_await read_some();
    co_return std::exchange(read_, {});
}

asio::awaitable<void> Peer::write(std::string bytes)
{
    error_code failed;
    const auto buffer = asio::buffer(bytes);
    if (tls_)
        co_await asio::async_write(*tls_, buffer, asio::redirect_error(asio::use_awaitable, failed));
    else
        co_await asio::async_write(socket_, buffer, asio::redirect_error(asio::use_awaitable, failed));
}

void Peer::close()
{
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

struct PeerServer::Listening {
    Listening(Loop& test, Serve function) : loop{test}, acceptor{test.context()}, serve{std::move(function)}
    {
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), 0};
        acceptor.open(endpoint.protocol());
        acceptor.bind(endpoint);
        acceptor.listen();
    }

    Loop& loop;
    tcp::acceptor acceptor;
    Serve serve;
    std::size_t accepted = 0;
};

namespace {

asio::awaitable<void> serve_one(Serve serve, std::shared_ptr<Peer> peer)
{
    co_await serve(peer);
}

template <class Listening>
asio::awaitable<void> accept(std::shared_ptr<Listening> listening)
{
    for (;;) {
        error_code failed;
        tcp::socket socket =
            co_await listening->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        ++listening->accepted;
        listening->loop.beside(serve_one(listening->serve, std::make_shared<Peer>(std::move(socket))));
    }
}

} // namespace

PeerServer::PeerServer(Loop& loop, Serve serve)
    : listening_{std::make_shared<Listening>(loop, std::move(serve))},
      port_{listening_->acceptor.local_endpoint().port()},
      accepted_{listening_->accepted}
{
    loop.beside(accept(listening_));
}

PeerServer::~PeerServer()
{
    error_code ignored;
    listening_->acceptor.close(ignored);
}

std::uint16_t closed_port(Loop& loop)
{
    tcp::acceptor acceptor{loop.context(), {asio::ip::address_v4::loopback(), 0}};
    return acceptor.local_endpoint().port();
}

net::Route plain_route(std::uint16_t port, const std::string& target)
{
    net::Route route;
    route.url = net::Url{false, "127.0.0.1", port, target};
    return route;
}

net::Route secure_route(std::uint16_t port, net::TlsContext tls)
{
    net::Route route;
    route.url = net::Url{true, "cloud.example", port, "/"};
    route.tls = std::move(tls);
    route.resolve = [](const std::string&, std::string&) {
        return std::vector<asio::ip::address>{asio::ip::address_v4::loopback()};
    };
    return route;
}

} // namespace mizo::tests
