#include "daemon/net/server.hpp"

#include "daemon/net/connection.hpp"
#include "daemon/net/socket_options.hpp"
#include "daemon/net/task_report.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace mizo::net {

namespace {

using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds accept_pause{1'000};

// An error of accept() that passes: out of descriptors or memory, or the client was gone already.
bool is_passing(const error_code& failed)
{
    return failed && failed != asio::error::operation_aborted;
}

} // namespace

Server::Server(asio::any_io_executor executor, ServerOptions options, RequestHandler& handler,
               base::Logger logger)
    : executor_{executor},
      options_{std::move(options)},
      handler_{handler},
      logger_{std::move(logger)},
      acceptor_{executor},
      sweep_timer_{executor},
      accept_pause_{executor},
      tasks_{executor, report_to(logger_)}
{
    const tcp::endpoint endpoint{asio::ip::make_address(options_.address), options_.port};
    acceptor_.open(endpoint.protocol());
    claim_address(acceptor_);
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
}

Server::~Server() = default;

void Server::start()
{
    tasks_.spawn("accept", accept());
    tasks_.spawn("sweep", sweep());
}

asio::awaitable<void> Server::accept()
{
    bool warned = false;
    while (!stopping_) {
        error_code failed;
        tcp::socket socket{executor_};
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, failed));
        if (stopping_) break;
        if (!failed) {
            warned = false;
            admit(std::move(socket));
            continue;
        }
        if (!is_passing(failed)) break;
        // Without a pause a listener that is out of descriptors would spin.
        if (!warned) logger_.warning("cannot accept connections", {{"why", failed.message()}});
        warned = true;
        accept_pause_.expires_after(accept_pause);
        co_await accept_pause_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    }
}

void Server::admit(tcp::socket socket)
{
    const auto& limits = options_.limits;
    Connection::Context context{limits, handler_, stopping_};
    auto connection = std::make_shared<Connection>(std::move(socket), options_.tls, context);
    auto& of_address = of_address_[connection->remote()];
    const bool over =
        connections_.size() >= limits.connections_max || of_address >= limits.connections_of_one_address_max;
    if (over) {
        const auto overflowing = static_cast<std::size_t>(std::count_if(
            connections_.begin(), connections_.end(), [](const auto& each) { return each->overflow(); }));
        if (overflowing >= limits.overflow_max) {
            handler_.refuse(503, "connections"); // counted, and closed unanswered
            if (of_address == 0) of_address_.erase(connection->remote());
            return;
        }
        connection->set_overflow();
    }
    ++of_address;
    connections_.push_back(connection);
    tasks_.spawn("connection", serve(std::move(connection)));
}

asio::awaitable<void> Server::serve(std::shared_ptr<Connection> connection)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    std::exception_ptr failure;
    try {
        co_await connection->run();
    } catch (...) {
        failure = std::current_exception();
    }
    connection->close();
    const auto of_address = of_address_.find(connection->remote());
    if (--of_address->second == 0) of_address_.erase(of_address);
    connections_.remove(connection);
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> Server::sweep()
{
    const base::SystemClock clock;
    while (!stopping_ || !connections_.empty()) {
        error_code ended;
        sweep_timer_.expires_after(options_.limits.sweep_every);
        co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        if (ended) co_return; // stopped
        const auto now = clock.steady();
        for (const auto& connection : connections_) connection->sweep(now);
    }
}

asio::awaitable<void> Server::stop(std::chrono::milliseconds limit)
{
    stopping_ = true;
    acceptor_.close();
    accept_pause_.cancel();
    const base::SystemClock clock;
    const auto deadline = clock.steady() + limit;
    while (!connections_.empty() && clock.steady() < deadline) {
        for (const auto& connection : connections_)
            if (connection->idle()) connection->close();
        asio::steady_timer pause{executor_, std::chrono::milliseconds{10}};
        co_await pause.async_wait(asio::use_awaitable);
    }
    for (const auto& connection : connections_) connection->close();
    tasks_.cancel();
    sweep_timer_.cancel();
    co_await tasks_.join();
}

} // namespace mizo::net
