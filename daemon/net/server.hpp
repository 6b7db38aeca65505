#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/net/tls.hpp"
#include "daemon/web/head.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace mizo::net {

// What a listener does with the head of a request, before its body is read.
struct Admission {
    std::size_t body_max = 0;             // a larger body is answered 413
    std::optional<web::Response> refusal; // answered at once, the body unread
};

// What stands behind a listener.
class RequestHandler {
public:
    virtual ~RequestHandler() = default;
    virtual Admission admit(const web::RequestHead& head) = 0;
    virtual asio::awaitable<web::Response> handle(web::Request request) = 0;
    // The answer to a request that never became one (`status`: 400, 408, 413, 431 …); `what` is for the log.
    virtual web::Response refuse(int status, std::string_view) { return web::empty_response(status); }
};

struct ServerLimits {
    std::size_t connections_max = 512;
    std::size_t connections_of_one_address_max = 64;
    // Connections over the limits that are still answered 503; beyond these they are closed unanswered.
    std::size_t overflow_max = 64;
    std::chrono::milliseconds idle{60'000};
    std::chrono::milliseconds head{10'000};
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds write{10'000};
    std::chrono::milliseconds sweep_every{500}; // how late a deadline may be noticed
    web::HeadLimits head_limits;
};

struct ServerOptions {
    std::string name; // for the log: "webhook", "admin"
    std::string address;
    std::uint16_t port = 0; // 0: any free one
    TlsContext tls;         // null: plain HTTP
    ServerLimits limits;
};

class Connection;

// An HTTP/1.1 listener (RFC 9112), with or without TLS. Single-threaded: everything on the executor's
// thread. Each wait has a deadline; a sweep ends what is over it.
class Server {
public:
    // Binds and listens; throws boost::system::system_error where the address is not to be had.
    Server(asio::any_io_executor executor, ServerOptions options, RequestHandler& handler,
           base::Logger logger);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    void start();
    std::uint16_t port() const { return port_; }
    // Serves new connections with this from now on.
    void set_tls(TlsContext tls) { options_.tls = std::move(tls); }

    // Stops accepting, ends idle connections, lets requests in hand finish within `limit`, ends the rest.
    asio::awaitable<void> stop(std::chrono::milliseconds limit);

    std::size_t connections() const { return connections_.size(); }

private:
    asio::awaitable<void> accept();
    asio::awaitable<void> sweep();
    asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
    void admit(asio::ip::tcp::socket socket);

    asio::any_io_executor executor_;
    ServerOptions options_;
    RequestHandler& handler_;
    base::Logger logger_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer sweep_timer_;
    asio::steady_timer accept_pause_;
    std::uint16_t port_ = 0;
    std::list<std::shared_ptr<Connection>> connections_;
    std::unordered_map<std::string, std::size_t> of_address_;
    bool stopping_ = false;
    TaskScope tasks_;
};

} // namespace mizo::net
