#include "daemon/net/beast_reason.hpp"
#include "daemon/net/dial_message.hpp"
#include "daemon/net/http_client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <array>

namespace mizo::net {

namespace {

namespace http = boost::beast::http;
using base::Errc;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::uint32_t head_max = 16 * 1024;
constexpr std::size_t piece_max = 16 * 1024;
constexpr int interim_max = 8;

// Whether the connection is to go on after the answer.
enum class Last { yes, no };

http::request<http::string_body> make_request(const HttpRequest& request, Last last)
{
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.route.url.target);
    for (const auto& [name, value] : request.headers) out.set(name, value);
    out.set(http::field::host, request.route.url.authority());
    if (last == Last::yes) out.set(http::field::connection, "close");
    out.set(http::field::accept_encoding, "identity");
    out.body() = request.body;
    // Also where it is empty: a POST without a length is answered 411 by some.
    if (!request.body.empty() || request.method != "GET") out.content_length(request.body.size());
    return out;
}

bool is_good(int status)
{
    return status >= 200 && status <= 299;
}

// One request and its answer. The deadline of the wait in hand closes the connection.
class Exchange {
public:
    Exchange(const HttpRequest& request, OutboundStream& stream) : request_{request}, stream_{stream} {}

    asio::awaitable<error_code> send(Last last);
    asio::awaitable<error_code> read_head();
    // Appends to the answer's body, at most `body_max`.
    asio::awaitable<error_code> read_body();
    // Hands out the body piece by piece, each within `silence`.
    asio::awaitable<error_code> stream_body(const HttpStream& stream);

    // The next piece; empty at the end.
    asio::awaitable<std::string_view> read_piece(error_code& failed);
    // The answer is read whole, nothing came after it, and the server means to go on.
    bool may_go_on() const
    {
        return parser_ && parser_->is_done() && parser_->keep_alive() && buffer_.size() == 0;
    }

    const HttpRequest& request() const { return request_; }
    HttpAnswer& answer() { return answer_; }

private:
    const HttpRequest& request_;
    OutboundStream& stream_;
    boost::beast::flat_buffer buffer_{head_max + piece_max};
    std::optional<http::response_parser<http::buffer_body>> parser_;
    std::array<char, piece_max> piece_{};
    HttpAnswer answer_;
};

asio::awaitable<error_code> Exchange::send(Last last)
{
    const auto message = make_request(request_, last);
    error_code failed;
    co_await http::async_write(stream_, message, asio::redirect_error(asio::use_awaitable, failed));
    // A server may refuse before it has read all, and close: its answer is there to be read all the same.
    if (failed == asio::error::broken_pipe || failed == asio::error::connection_reset) failed = {};
    co_return failed;
}

asio::awaitable<error_code> Exchange::read_head()
{
    error_code failed;
    // An interim answer (RFC 9110 section 15.2) says nothing that we need.
    for (int interim = 0; interim < interim_max; ++interim) {
        auto& parser = parser_.emplace();
        parser.header_limit(head_max);
        parser.body_limit(boost::none);
        if (request_.method == "HEAD") parser.skip(true);
        co_await http::async_read_header(stream_, buffer_, parser,
                                         asio::redirect_error(asio::use_awaitable, failed));
        if (failed || parser.get().result_int() >= 200) break;
    }
    if (failed) co_return failed;
    answer_.status = static_cast<int>(parser_->get().result_int());
    for (const auto& field : parser_->get().base())
        answer_.headers.add(std::string{field.name_string()}, std::string{field.value()});
    co_return failed;
}

asio::awaitable<std::string_view> Exchange::read_piece(error_code& failed)
{
    auto& body = parser_->get().body();
    while (!parser_->is_done()) {
        body.data = piece_.data();
        body.size = piece_.size();
        co_await http::async_read_some(stream_, buffer_, *parser_,
                                       asio::redirect_error(asio::use_awaitable, failed));
        if (failed == http::error::need_buffer) failed = {};
        const auto size = piece_.size() - body.size;
        if (failed || size > 0) co_return std::string_view{piece_.data(), size};
    }
    co_return std::string_view{};
}

asio::awaitable<error_code> Exchange::read_body()
{
    error_code failed;
    for (;;) {
        const auto piece = co_await read_piece(failed);
        if (failed || piece.empty()) co_return failed;
        if (answer_.body.size() + piece.size() > request_.body_max) co_return http::error::body_limit;
        answer_.body.append(piece);
    }
}

asio::awaitable<error_code> Exchange::stream_body(const HttpStream& stream)
{
    error_code failed;
    for (;;) {
        const Deadline silence{stream_.get_executor(), stream.silence_limit, [this] { stream_.abort(); },
                               request_.route.abort};
        const auto piece = co_await read_piece(failed);
        if (silence.expired()) co_return asio::error::timed_out;
        if (failed || piece.empty() || !stream.on_piece(piece)) co_return failed;
    }
}

// What an exchange came to, in the words of an Error.
base::Error exchange_error(const HttpRequest& request, error_code failed)
{
    const auto error = [](Fault fault) {
        return base::Error{fault.kind, fault.message.code, fault.message.text, fault.detail};
    };
    if (request.route.abort && request.route.abort->fired()) return error(given_up());
    if (failed == asio::error::timed_out)
        return error({Errc::timeout,
                      make_message("link_connect_timeout", {{"address", request.route.url.authority()}})});
    if (failed == http::error::body_limit)
        return error({Errc::too_large,
                      make_message("http_answer_too_large", {{"bytes", std::to_string(request.body_max)}})});
    const auto [kind, reason] = answer_fault(failed);
    const char* code = kind == Errc::unreachable ? "link_network" : "cloud_answer_unexpected";
    return error({kind, make_message(code, {{"reason", reason}}), failed.message()});
}

// The whole of an exchange; `stream` is null for fetch.
asio::awaitable<base::Result<HttpAnswer>> exchange(const HttpRequest& request, const HttpStream* stream,
                                                   Trace& trace)
{
    auto connection = co_await dial(request.route, trace);
    if (!connection) co_return connection.error();
    auto& connected = **connection;
    Exchange one{request, connected};
    std::optional<Deadline> deadline;
    deadline.emplace(
        connected.get_executor(), request.answer_limit, [&connected] { connected.abort(); },
        request.route.abort);
    error_code failed = co_await one.send(Last::yes);
    if (!failed) failed = co_await one.read_head();
    if (!failed) note_answer(trace, one.answer());
    const bool streamed = stream && is_good(one.answer().status);
    if (!failed && !streamed) failed = co_await one.read_body();
    if (deadline->expired()) failed = asio::error::timed_out;
    deadline.reset();
    if (!failed && streamed) failed = co_await one.stream_body(*stream);
    if (failed) co_return exchange_error(request, failed);
    co_return std::move(one.answer());
}

} // namespace

void note_answer(Trace& trace, const HttpAnswer& answer)
{
    const auto value = [&](std::string_view name) {
        const auto* found = answer.headers.find(name);
        return found ? std::string_view{*found} : std::string_view{};
    };
    const AnswerHead head{answer.status, value("Retry-After"), value("Date"), value("Content-Type")};
    note_answer(trace, head, base::SystemClock{}.wall());
}

struct HttpConnection::State {
    explicit State(std::unique_ptr<OutboundStream> dialled) : stream{std::move(dialled)} {}

    std::unique_ptr<OutboundStream> stream;
    std::optional<Exchange> exchange; // the request in hand, or the last
    bool failed = false;
};

HttpConnection::HttpConnection(std::unique_ptr<OutboundStream> stream)
    : state_{std::make_unique<State>(std::move(stream))}
{}

HttpConnection::~HttpConnection() = default;

asio::awaitable<base::Result<HttpAnswer>> HttpConnection::ask(const HttpRequest& request)
{
    State& state = *state_;
    state.exchange.emplace(request, *state.stream);
    const Deadline deadline{state.stream->get_executor(), request.answer_limit, [this] { abort(); },
                            request.route.abort};
    error_code failed = co_await state.exchange->send(Last::no);
    if (!failed) failed = co_await state.exchange->read_head();
    if (deadline.expired()) failed = asio::error::timed_out;
    state.failed = state.failed || failed;
    if (failed) co_return exchange_error(request, failed);
    co_return state.exchange->answer();
}

asio::awaitable<base::Result<std::string>> HttpConnection::read(milliseconds limit)
{
    State& state = *state_;
    const HttpRequest& request = state.exchange->request();
    const Deadline deadline{state.stream->get_executor(), limit, [this] { abort(); }, request.route.abort};
    error_code failed;
    const auto piece = co_await state.exchange->read_piece(failed);
    if (deadline.expired()) failed = asio::error::timed_out;
    state.failed = state.failed || failed;
    if (failed) co_return exchange_error(request, failed);
    co_return std::string{piece};
}

bool HttpConnection::is_sound() const
{
    if (state_->failed || (state_->exchange && !state_->exchange->may_go_on())) return false;
    // Nothing is due on a connection that rests: what can be read is its end.
    std::array<char, 1> room{};
    auto& socket = state_->stream->socket();
    error_code outcome;
    socket.non_blocking(true, outcome);
    if (!outcome) socket.receive(asio::buffer(room), asio::socket_base::message_peek, outcome);
    return outcome == asio::error::would_block;
}

void HttpConnection::abort()
{
    state_->failed = true;
    state_->stream->abort();
}

asio::awaitable<base::Result<HttpAnswer>> fetch(const HttpRequest& request, Trace& trace)
{
    return exchange(request, nullptr, trace);
}

asio::awaitable<base::Result<HttpAnswer>> fetch_stream(const HttpStream& stream, Trace& trace)
{
    return exchange(stream.request, &stream, trace);
}

} // namespace mizo::net
