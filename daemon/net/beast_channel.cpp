#include "daemon/base/utf8.hpp"
#include "daemon/net/beast_reason.hpp"
#include "daemon/net/channel.hpp"
#include "daemon/net/dial_message.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace mizo::net {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using base::Errc;
using boost::system::error_code;

// What Beast calls for a stream of ours, found by its name: how a connection is closed at once, and how
// after the close frames: once what is held has left. TLS' own farewell would say nothing more.
void beast_close_socket(OutboundStream& stream)
{
    stream.abort();
}

template <class Handler>
void async_teardown(boost::beast::role_type, OutboundStream& stream, Handler&& handler)
{
    auto flushed = [&stream, handler = std::forward<Handler>(handler)](error_code, std::size_t) mutable {
        error_code ignored;
        stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        handler(error_code{});
    };
    stream.uncork();
    stream.async_write_some(asio::const_buffer{}, std::move(flushed));
}

namespace {

// A message is masked and handed on in pieces of this size.
constexpr std::size_t write_piece = 16 * 1024;
constexpr std::size_t close_reason_max = 123; // RFC 6455 section 5.5

constexpr int unsupported_data = 1003;
constexpr int no_status = 1005;
constexpr int abnormal = 1006;

// A prefix that fits a close frame and ends with a whole character.
std::string fit_reason(std::string_view text)
{
    std::string fit;
    while (!text.empty()) {
        const auto [character, size] = base::decode_utf8(text);
        if (!character || fit.size() + size > close_reason_max) break;
        fit.append(text.substr(0, size));
        text.remove_prefix(size);
    }
    return fit;
}

// The close code that Beast has answered a fault of the peer's with.
int code_of(error_code failed)
{
    if (failed == websocket::error::message_too_big || failed == websocket::error::buffer_overflow)
        return websocket::close_code::too_big;
    if (failed == websocket::error::bad_frame_payload) return websocket::close_code::bad_payload;
    if (failed == websocket::condition::protocol_violation) return websocket::close_code::protocol_error;
    return abnormal;
}

// What a channel does while its owner holds it, and until its last operation has ended.
class Socket : public std::enable_shared_from_this<Socket> {
public:
    Socket(std::unique_ptr<OutboundStream> stream, const ChannelRequest& request);

    asio::awaitable<std::optional<Fault>> upgrade(const ChannelRequest& request, Trace& trace);

    asio::awaitable<base::Result<std::string>> receive();
    const ChannelEnd& end() const { return end_; }
    void send(std::string text);
    std::size_t queued_bytes() const { return queued_ + stream_->unwritten(); }
    void set_message_max(std::size_t bytes) { websocket_.read_message_max(bytes); }
    void close(int code, std::string reason);
    void abort();

private:
    void write_next();
    void written(error_code failed);
    void begin_close();
    base::Error ended(error_code failed);
    base::Error end_error() const;

    std::unique_ptr<OutboundStream> stream_;
    websocket::stream<OutboundStream&, false> websocket_;
    std::chrono::milliseconds close_limit_;

    std::deque<std::string> queue_;
    std::size_t queued_ = 0;
    bool writing_ = false;
    bool aborted_ = false;

    std::optional<websocket::close_reason> closing_; // what close() asked for
    bool close_begun_ = false;
    std::optional<Deadline> close_deadline_;

    bool ended_ = false;
    ChannelEnd end_;
};

Socket::Socket(std::unique_ptr<OutboundStream> stream, const ChannelRequest& request)
    : stream_{std::move(stream)}, websocket_{*stream_}, close_limit_{request.close_limit}
{
    // The limits on waiting are the session's and ours: Beast's timers stay off.
    const websocket::stream_base::timeout off{websocket::stream_base::none(), websocket::stream_base::none(),
                                              false};
    websocket_.set_option(off);
    websocket_.auto_fragment(false);
    websocket_.write_buffer_bytes(write_piece);
    websocket_.read_message_max(request.message_max);
    websocket_.text(true);
}

asio::awaitable<std::optional<Fault>> Socket::upgrade(const ChannelRequest& request, Trace& trace)
{
    const auto& url = request.route.url;
    websocket_.set_option(websocket::stream_base::decorator([&request](websocket::request_type& head) {
        std::string credentials{"Bearer "};
        credentials += request.bearer.reveal();
        if (!request.bearer.empty()) head.set(http::field::authorization, credentials);
        if (!request.protocol.empty()) head.set(http::field::sec_websocket_protocol, request.protocol);
        if (!request.user_agent.empty()) head.set(http::field::user_agent, request.user_agent);
    }));
    websocket::response_type answer;
    error_code failed;
    co_await websocket_.async_handshake(answer, url.authority(), url.target,
                                        asio::redirect_error(asio::use_awaitable, failed));
    // Beast keeps the decorator, which holds on to the request: it must not outlive this call.
    websocket_.set_option(websocket::stream_base::decorator([](websocket::request_type&) {}));
    const bool answered = !failed || failed == websocket::error::upgrade_declined ||
                          failed == websocket::condition::handshake_failed;
    if (!answered) {
        const auto [kind, reason] = answer_fault(failed);
        co_return Fault{kind, make_message("link_network", {{"reason", reason}}), failed.message()}.advise(
            make_message("advice_websocket", {{"host", url.host}}));
    }
    const AnswerHead head{static_cast<int>(answer.result_int()), answer[http::field::retry_after],
                          answer[http::field::date], answer[http::field::content_type]};
    note_answer(trace, head, base::SystemClock{}.wall());
    if (failed == websocket::error::upgrade_declined || head.status != 101)
        co_return upgrade_refusal(trace, url.host);
    if (failed || answer[http::field::sec_websocket_protocol] != request.protocol) {
        const std::string reason =
            failed ? failed.message() : std::string{"it does not speak "} + request.protocol;
        co_return Fault{Errc::malformed, make_message("link_protocol_error", {{"reason", reason}})}.advise(
            make_message("advice_websocket", {{"host", url.host}}));
    }
    co_return std::nullopt;
}

asio::awaitable<base::Result<std::string>> Socket::receive()
{
    const auto self = shared_from_this();
    if (ended_) co_return end_error();
    std::string text;
    auto room = asio::dynamic_buffer(text);
    error_code failed;
    co_await websocket_.async_read(room, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return ended(failed);
    if (websocket_.got_text()) co_return text;
    end_ = ChannelEnd{unsupported_data, "a binary message"};
    ended_ = true;
    close(unsupported_data, "text only");
    co_return end_error();
}

base::Error Socket::ended(error_code failed)
{
    ended_ = true;
    // When both sides close at once, the read can end as cancelled although the peer's close frame was read.
    const auto& reason = websocket_.reason();
    if (failed == websocket::error::closed || reason.code != websocket::close_code::none) {
        end_.code = reason.code == websocket::close_code::none ? no_status : reason.code;
        end_.reason.assign(reason.reason.data(), reason.reason.size());
    } else {
        end_.code = code_of(failed);
        end_.reason = aborted_ ? "given up" : failed.message();
    }
    // A write in hand may wait for ever for a peer that has left.
    abort();
    return end_error();
}

base::Error Socket::end_error() const
{
    if (end_.code == websocket::close_code::protocol_error || end_.code == websocket::close_code::bad_payload)
        return base::Error{Errc::malformed, "link_protocol_error", "The other side broke the protocol.",
                           end_.reason};
    return base::Error{Errc::unreachable, "link_closed", "The connection is closed.",
                       std::to_string(end_.code) + " " + end_.reason};
}

void Socket::send(std::string text)
{
    if (aborted_ || ended_ || closing_) return;
    queued_ += text.size();
    queue_.push_back(std::move(text));
    if (!writing_) write_next();
}

void Socket::write_next()
{
    writing_ = true;
    stream_->cork();
    websocket_.async_write(
        asio::buffer(queue_.front()),
        [self = shared_from_this()](error_code failed, std::size_t) { self->written(failed); });
}

void Socket::written(error_code failed)
{
    writing_ = false;
    if (failed || aborted_) {
        // The read in hand tells the owner why. It may also be what stopped this, and still have a close
        // frame to send: the connection is left to it.
        queue_.clear();
        queued_ = 0;
    } else {
        queued_ -= queue_.front().size();
        queue_.pop_front();
    }
    if (!queue_.empty()) return write_next();
    stream_->uncork();
    if (closing_) begin_close();
}

void Socket::close(int code, std::string reason)
{
    if (aborted_ || closing_) return;
    closing_.emplace(static_cast<websocket::close_code>(code), fit_reason(reason));
    close_deadline_.emplace(websocket_.get_executor(), close_limit_, [this] { abort(); });
    if (!writing_) begin_close();
}

void Socket::begin_close()
{
    if (std::exchange(close_begun_, true) || aborted_) return;
    websocket_.async_close(*closing_, [self = shared_from_this()](error_code) { self->abort(); });
}

void Socket::abort()
{
    if (std::exchange(aborted_, true)) return;
    close_deadline_.reset();
    stream_->abort();
}

// The owner's hold on a socket.
class BeastChannel final : public Channel {
public:
    explicit BeastChannel(std::shared_ptr<Socket> socket) : socket_{std::move(socket)} {}
    BeastChannel(const BeastChannel&) = delete;
    BeastChannel& operator=(const BeastChannel&) = delete;
    ~BeastChannel() override { socket_->abort(); }

    asio::awaitable<base::Result<std::string>> receive() override { return socket_->receive(); }
    const ChannelEnd& end() const override { return socket_->end(); }
    void send(std::string text) override { socket_->send(std::move(text)); }
    std::size_t queued_bytes() const override { return socket_->queued_bytes(); }
    void set_message_max(std::size_t bytes) override { socket_->set_message_max(bytes); }
    void close(int code, std::string reason) override { socket_->close(code, std::move(reason)); }
    void abort() override { socket_->abort(); }

private:
    std::shared_ptr<Socket> socket_;
};

} // namespace

asio::awaitable<base::Result<std::unique_ptr<Channel>>> open_channel(const ChannelRequest& request,
                                                                     Trace& trace)
{
    auto stream = co_await dial(request.route, trace);
    if (!stream) co_return stream.error();
    StageRecorder stage{trace, DialStage::upgrade};
    auto& connection = **stream;
    const auto socket = std::make_shared<Socket>(std::move(*stream), request);
    const auto& route = request.route;
    const Deadline deadline{connection.get_executor(), route.limits.upgrade,
                            [&connection] { connection.abort(); }, route.abort};
    auto fault = co_await socket->upgrade(request, trace);
    if (route.abort && route.abort->fired()) co_return stage.failed(given_up());
    if (deadline.expired())
        fault =
            Fault{Errc::timeout, make_message("link_connect_timeout", {{"address", route.url.host}})}.advise(
                make_message("advice_websocket", {{"host", route.url.host}}));
    if (fault) co_return stage.failed(std::move(*fault));
    stage.done(make_message("test_upgrade_ok"));
    co_return std::unique_ptr<Channel>{std::make_unique<BeastChannel>(socket)};
}

} // namespace mizo::net
