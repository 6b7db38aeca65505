#include "daemon/net/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace mizo::net {

namespace {

using boost::system::error_code;

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t linger_bytes_max = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

std::variant<asio::ip::tcp::socket, asio::ssl::stream<asio::ip::tcp::socket>>
make_stream(asio::ip::tcp::socket socket, const TlsContext& tls)
{
    if (tls) return asio::ssl::stream<asio::ip::tcp::socket>{std::move(socket), *tls};
    return socket;
}

std::string address_of(const asio::ip::tcp::socket& socket)
{
    error_code failed;
    const auto endpoint = socket.remote_endpoint(failed);
    if (failed) return {};
    const auto address = endpoint.address();
    // The same client over IPv4 and as an IPv4-mapped IPv6 address is one address.
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

std::string chunk_head(std::size_t size)
{
    std::array<char, 20> text{};
    const int length = std::snprintf(text.data(), text.size(), "%zx\r\n", size);
    return {text.data(), static_cast<std::size_t>(length)};
}

// A coroutine that waits for a piece of a body: goes on with the first that comes, or with nothing.
template <class Handler>
struct AwaitingPiece {
    std::optional<Handler> handler;

    void go_on(std::optional<std::string> piece)
    {
        if (!handler) return;
        Handler waiting = std::move(*handler);
        handler.reset();
        auto executor = asio::get_associated_executor(waiting);
        asio::post(executor, [waiting = std::move(waiting), piece = std::move(piece)]() mutable {
            std::move(waiting)(std::move(piece));
        });
    }
};

// Asks the source for its next piece, and waits for it on this coroutine's executor. Cancellation ends the
// wait, since a source may have nothing to say for hours.
asio::awaitable<std::optional<std::string>> next_piece(std::shared_ptr<web::BodySource> source)
{
    using Signature = void(std::optional<std::string>);
    auto initiate = [source](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto awaiting = std::make_shared<AwaitingPiece<decltype(handler)>>();
        awaiting->handler.emplace(std::move(handler));
        if (slot.is_connected())
            slot.assign([awaiting](asio::cancellation_type) { awaiting->go_on(std::nullopt); });
        source->next([awaiting](std::optional<std::string> piece) { awaiting->go_on(std::move(piece)); });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, Signature>(std::move(initiate),
                                                                          asio::use_awaitable);
}

} // namespace

Connection::Connection(asio::ip::tcp::socket socket, TlsContext tls, Context context)
    : context_{context}, tls_{std::move(tls)}, stream_{make_stream(std::move(socket), tls_)}
{
    remote_ = address_of(this->socket());
    error_code ignored;
    this->socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    enter(Phase::handshake);
}

asio::awaitable<void> Connection::run()
{
    const bool open = co_await handshake();
    if (open) {
        bool more = true;
        while (more) more = co_await one_request();
    }
    close();
}

void Connection::enter(Phase phase)
{
    phase_ = phase;
    const auto& limits = context_.limits;
    const auto limit = [&]() -> std::chrono::milliseconds {
        switch (phase) {
        case Phase::handshake:
        case Phase::head: return limits.head;
        case Phase::idle: return limits.idle;
        case Phase::body: return limits.body;
        case Phase::handling: return std::chrono::hours{24}; // handlers have deadlines of their own
        case Phase::writing: return limits.write;
        case Phase::lingering: return linger_time;
        }
        return limits.head;
    }();
    deadline_ = base::SystemClock{}.steady() + limit;
}

void Connection::sweep(base::SteadyTime now)
{
    if (now < deadline_) return;
    // A second time: the answer to the first could not be written either.
    if (timed_out_) return close();
    timed_out_ = true;
    error_code ignored;
    socket().cancel(ignored);
}

void Connection::close()
{
    error_code ignored;
    socket().shutdown(Plain::shutdown_both, ignored);
    socket().close(ignored);
}

Connection::Plain& Connection::socket()
{
    if (auto* tls = std::get_if<Tls>(&stream_)) return tls->next_layer();
    return std::get<Plain>(stream_);
}

asio::awaitable<bool> Connection::handshake()
{
    auto* tls = std::get_if<Tls>(&stream_);
    if (!tls) {
        enter(Phase::idle);
        co_return true;
    }
    error_code failed;
    co_await tls->async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, failed));
    enter(Phase::idle);
    co_return !failed && !timed_out_;
}

asio::awaitable<bool> Connection::read_more()
{
    const auto size = buffer_.size();
    buffer_.resize(size + read_size);
    const auto room = asio::buffer(buffer_.data() + size, read_size);
    error_code failed;
    std::size_t count = 0;
    if (auto* tls = std::get_if<Tls>(&stream_))
        count = co_await tls->async_read_some(room, asio::redirect_error(asio::use_awaitable, failed));
    else
        count = co_await std::get<Plain>(stream_).async_read_some(
            room, asio::redirect_error(asio::use_awaitable, failed));
    buffer_.resize(size + count);
    co_return !failed;
}

asio::awaitable<bool> Connection::write(std::string bytes)
{
    error_code failed;
    const auto data = asio::buffer(bytes);
    if (auto* tls = std::get_if<Tls>(&stream_))
        co_await asio::async_write(*tls, data, asio::redirect_error(asio::use_awaitable, failed));
    else
        co_await asio::async_write(std::get<Plain>(stream_), data,
                                   asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

asio::awaitable<bool> Connection::one_request()
{
    auto checked = co_await read_head();
    if (!checked) co_return false;
    is_head_ = checked->head.method == "HEAD";
    http_1_0_ = checked->head.http_1_0;
    if (overflow_) co_return co_await refuse(503, "connections");

    Admission admission = context_.handler.admit(checked->head);
    const web::Framing framing = checked->framing;
    if (!admission.refusal && framing.length > admission.body_max)
        co_return co_await refuse(413, "body too large");
    const bool has_body = framing.chunked || framing.length > 0;
    if (admission.refusal) {
        // An unread body would be taken for the next request: read none of it, and close.
        const bool keep_alive = framing.keep_alive && !has_body;
        const bool more = co_await answer(std::move(*admission.refusal), keep_alive);
        if (has_body) co_await linger();
        co_return more;
    }
    if (has_body) {
        const bool whole = co_await read_body(framing, admission.body_max);
        if (!whole) co_return false;
    }

    web::Request request;
    request.head = std::move(checked->head);
    request.head.remote = remote_;
    request.head.secure = tls_ != nullptr;
    request.body = std::move(body_);
    body_.clear();
    request.received = base::SystemClock{}.wall();
    enter(Phase::handling);
    web::Response response = co_await context_.handler.handle(std::move(request));
    co_return co_await answer(std::move(response), framing.keep_alive);
}

asio::awaitable<std::optional<web::CheckedHead>> Connection::read_head()
{
    enter(buffer_.empty() ? Phase::idle : Phase::head);
    const auto& limits = context_.limits.head_limits;
    std::size_t end = web::end_of_head(buffer_);
    while (end == 0) {
        if (buffer_.size() > limits.bytes_max) {
            co_await refuse(431, "head too large");
            co_return std::nullopt;
        }
        const bool read = co_await read_more();
        if (!read) {
            if (timed_out_ && phase_ == Phase::head) co_await refuse(408, "head too slow");
            co_return std::nullopt;
        }
        if (phase_ == Phase::idle) enter(Phase::head);
        end = web::end_of_head(buffer_);
    }
    auto checked = web::check_head(std::string_view{buffer_}.substr(0, end), limits);
    buffer_.erase(0, end);
    if (!checked) {
        const web::HeadFault fault = checked.error();
        co_await refuse(fault.status, fault.what);
        co_return std::nullopt;
    }
    co_return std::move(*checked);
}

asio::awaitable<bool> Connection::read_body(web::Framing framing, std::size_t body_max)
{
    enter(Phase::body);
    if (framing.expects_continue && buffer_.empty()) {
        const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return false;
    }
    if (framing.chunked) co_return co_await read_chunks(body_max);

    while (buffer_.size() < framing.length) {
        const bool read = co_await read_more();
        if (read) continue;
        if (timed_out_) co_await refuse(408, "body too slow");
        co_return false;
    }
    // Most often the buffer holds this body and nothing else: take it over without a copy.
    if (buffer_.size() == framing.length) {
        body_ = std::move(buffer_);
        buffer_.clear();
    } else {
        body_ = buffer_.substr(0, framing.length);
        buffer_.erase(0, framing.length);
    }
    co_return true;
}

asio::awaitable<bool> Connection::read_chunks(std::size_t body_max)
{
    using State = web::ChunkedDecoder::State;
    web::ChunkedDecoder decoder{body_max};
    body_.clear();
    for (;;) {
        buffer_.erase(0, decoder.feed(buffer_, body_));
        if (decoder.state() == State::done) co_return true;
        if (decoder.state() == State::malformed) co_return co_await refuse(400, "chunk");
        if (decoder.state() == State::too_large) co_return co_await refuse(413, "body too large");
        const bool read = co_await read_more();
        if (read) continue;
        if (timed_out_) co_await refuse(408, "body too slow");
        co_return false;
    }
}

asio::awaitable<bool> Connection::answer(web::Response response, bool keep_alive)
{
    keep_alive = keep_alive && !response.close && !context_.stopping;
    const bool body_allowed = response.status != 204 && response.status != 304;
    std::shared_ptr<web::BodySource> source = response.source;
    // What HTTP/1.0 gets without chunks ends with the connection (RFC 9112 section 6.3).
    const bool until_close = source && http_1_0_;
    if (until_close) response.source.reset();
    std::string bytes = web::serialize_head(response, keep_alive, body_allowed && !until_close);
    if (!source && body_allowed && !is_head_) bytes += response.body;
    enter(Phase::writing);
    const bool sent = co_await write(std::move(bytes));
    if (!sent) co_return false;
    if (source && !is_head_) {
        response.source.reset();
        const bool whole = co_await stream(std::move(source), !until_close);
        co_return whole&& keep_alive;
    }
    co_return keep_alive;
}

asio::awaitable<bool> Connection::stream(std::shared_ptr<web::BodySource> source, bool chunked)
{
    for (;;) {
        enter(Phase::handling);
        std::optional<std::string> piece = co_await next_piece(source);
        enter(Phase::writing);
        if (!piece && !chunked) co_return true;
        if (!piece) co_return co_await write("0\r\n\r\n");
        if (piece->empty()) continue;
        std::string bytes = std::move(*piece);
        if (chunked) bytes = chunk_head(bytes.size()) + bytes + "\r\n";
        const bool sent = co_await write(std::move(bytes));
        if (!sent) co_return false;
    }
}

asio::awaitable<bool> Connection::refuse(int status, std::string_view what)
{
    web::Response response = context_.handler.refuse(status, what);
    if (status == 503) response.headers.add("Retry-After", "60");
    timed_out_ = false; // the answer has a deadline of its own
    co_await answer(std::move(response), false);
    co_await linger();
    co_return false;
}

// Lets a peer that is still sending read our answer: closing with unread bytes would reset the connection,
// and the answer could be lost with it (RFC 9112 section 9.6).
asio::awaitable<void> Connection::linger()
{
    enter(Phase::lingering);
    error_code ignored;
    if (!tls_) socket().shutdown(Plain::shutdown_send, ignored);
    std::size_t dropped = 0;
    bool open = true;
    while (open && dropped < linger_bytes_max) {
        buffer_.clear();
        open = co_await read_more();
        dropped += buffer_.size();
    }
}

} // namespace mizo::net
