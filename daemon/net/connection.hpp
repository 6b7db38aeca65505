#pragma once

#include "daemon/net/server.hpp"
#include "daemon/web/chunked.hpp"

#include <boost/asio/ssl/stream.hpp>

#include <string>
#include <variant>

namespace mizo::net {

// One accepted connection: reads requests, hands them to the handler, writes the answers, until either side
// has had enough. It owns its socket; the server owns it.
class Connection {
public:
    struct Context {
        const ServerLimits& limits;
        RequestHandler& handler;
        const bool& stopping;
    };

    Connection(asio::ip::tcp::socket socket, TlsContext tls, Context context);

    const std::string& remote() const { return remote_; }
    // A connection over the limits: its one request is answered 503.
    void set_overflow() { overflow_ = true; }
    bool overflow() const { return overflow_; }

    asio::awaitable<void> run();

    // Ends waits that are over their deadline.
    void sweep(base::SteadyTime now);
    // Between two requests, or before the first.
    bool idle() const { return phase_ == Phase::idle; }
    void close();

private:
    enum class Phase { handshake, idle, head, body, handling, writing, lingering };
    using Plain = asio::ip::tcp::socket;
    using Tls = asio::ssl::stream<asio::ip::tcp::socket>;

    void enter(Phase phase);
    Plain& socket();
    asio::awaitable<bool> handshake();
    // Appends what arrives to the buffer; false at the end of the stream, on an error or at the deadline.
    asio::awaitable<bool> read_more();
    asio::awaitable<bool> write(std::string bytes);

    // Each returns false where the connection must end.
    asio::awaitable<bool> one_request();
    asio::awaitable<std::optional<web::CheckedHead>> read_head();
    asio::awaitable<bool> read_body(web::Framing framing, std::size_t body_max);
    asio::awaitable<bool> read_chunks(std::size_t body_max);
    asio::awaitable<bool> answer(web::Response response, bool keep_alive);
    asio::awaitable<bool> stream(std::shared_ptr<web::BodySource> source, bool chunked);
    asio::awaitable<bool> refuse(int status, std::string_view what);
    asio::awaitable<void> linger();

    Context context_;
    TlsContext tls_;
    std::variant<Plain, Tls> stream_;
    std::string remote_;
    bool overflow_ = false;

    Phase phase_ = Phase::handshake;
    base::SteadyTime deadline_{};
    bool timed_out_ = false;

    std::string buffer_;    // read, not yet consumed
    std::string body_;      // of the request in hand
    bool is_head_ = false;  // the request in hand is a HEAD: its answer ends with its head
    bool http_1_0_ = false; // the client knows no chunks
};

} // namespace mizo::net
