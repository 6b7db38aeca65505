#include "daemon/relay/batch_channel.hpp"

#include "daemon/net/http_client.hpp"
#include "daemon/relay/batch.hpp"
#include "daemon/relay/session_closing.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <utility>

namespace mizo::relay {

namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t refusal_max = 4 * 1024;
// What has come and has not been taken; beyond it the answers are not read.
constexpr std::size_t received_max = 1024 * 1024;

// One connection, and the request that it is busy with.
struct Lane {
    net::HttpRequest request;
    std::unique_ptr<net::HttpConnection> connection;
    milliseconds limit{};
};

// What a channel does while its owner holds it, and until its last request has ended.
class Batches : public std::enable_shared_from_this<Batches> {
public:
    Batches(asio::any_io_executor executor, BatchParts parts, std::unique_ptr<net::OutboundStream> stream);

    asio::awaitable<base::Result<std::string>> receive();
    const net::ChannelEnd& end() const { return end_; }
    void send(std::string text);
    std::size_t queued_bytes() const { return queue_.bytes(); }
    void set_message_max(std::size_t bytes) { limits_.message_max = bytes; }
    void close(int code, std::string reason);
    void abort() { finish(close_code::abnormal, "given up"); }

private:
    void begin_up();
    void begin_waiting();
    asio::awaitable<void> run_up(std::shared_ptr<Batches> self);
    asio::awaitable<void> run_waiting(std::shared_ptr<Batches> self);
    bool may_wait() const { return !ended_ && !closing_ && !up_runs_ && queue_.empty() && !opens_; }

    // One request and its answer. False where the channel has ended, or the request was refused.
    asio::awaitable<bool> exchange(Lane& lane, std::string body);
    asio::awaitable<bool> connect(Lane& lane);
    asio::awaitable<bool> read_frames(Lane& lane);
    asio::awaitable<void> read_refusal(Lane& lane, const net::Trace& answer);
    asio::awaitable<void> pause();
    bool add_hello(std::string& hello);
    void take_refusal(const BatchRefusal& refusal, const std::string& advice);
    void lost(const base::Error& error);
    void finish(int code, std::string reason);

    asio::any_io_executor executor_;
    BatchLimits limits_;
    std::function<BatchHello()> hello_;
    std::function<base::Result<base::Secret>()> bearer_;
    net::TaskScope& tasks_;
    Lane up_;
    Lane waiting_;

    BatchQueue queue_;
    bool opens_ = true; // as the last hello said
    bool up_runs_ = false;
    bool waiting_runs_ = false;

    std::deque<std::string> received_;
    std::size_t received_bytes_ = 0;
    std::int64_t lines_ = 0; // ever received
    asio::steady_timer mail_;
    asio::steady_timer room_;
    asio::steady_timer pace_;

    std::optional<net::ChannelEnd> closing_; // what close() asked for
    std::optional<net::Deadline> close_deadline_;
    bool ended_ = false;
    net::ChannelEnd end_;
};

Batches::Batches(asio::any_io_executor executor, BatchParts parts,
                 std::unique_ptr<net::OutboundStream> stream)
    : executor_{std::move(executor)},
      limits_{parts.limits},
      hello_{std::move(parts.hello)},
      bearer_{std::move(parts.bearer)},
      tasks_{parts.tasks},
      mail_{executor_},
      room_{executor_},
      pace_{executor_}
{
    for (auto* timer : {&mail_, &room_, &pace_}) timer->expires_at(asio::steady_timer::time_point::max());
    up_.request.route = std::move(parts.route);
    up_.connection = std::make_unique<net::HttpConnection>(std::move(stream));
    up_.limit = limits_.answer;
    waiting_.request.route = std::move(parts.waiting_route);
    waiting_.limit = limits_.wait;
    for (Lane* lane : {&up_, &waiting_}) {
        lane->request.method = "POST";
        lane->request.answer_limit = lane->limit;
        // Whoever gives the dialling up has no more say in what is open.
        lane->request.route.abort = std::make_shared<net::Abort>();
    }
}

// ---- the owner's side ----

asio::awaitable<base::Result<std::string>> Batches::receive()
{
    const auto self = shared_from_this();
    while (received_.empty() && !ended_) {
        error_code ignored;
        co_await mail_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (received_.empty())
        co_return base::Error{base::Errc::unreachable, "link_closed", "The connection is closed.",
                              std::to_string(end_.code) + " " + end_.reason};
    std::string text = std::move(received_.front());
    received_.pop_front();
    received_bytes_ -= text.size();
    if (received_bytes_ < received_max) room_.cancel();
    co_return text;
}

void Batches::send(std::string text)
{
    if (ended_ || closing_) return;
    queue_.push(std::move(text));
    begin_up();
}

void Batches::close(int code, std::string reason)
{
    if (ended_ || closing_) return;
    closing_ = net::ChannelEnd{code, std::move(reason)};
    close_deadline_.emplace(executor_, limits_.close, [this] { finish(closing_->code, closing_->reason); });
    if (!up_runs_) finish(closing_->code, closing_->reason);
}

void Batches::finish(int code, std::string reason)
{
    if (std::exchange(ended_, true)) return;
    end_ = net::ChannelEnd{code, std::move(reason)};
    queue_.clear();
    for (Lane* lane : {&up_, &waiting_}) lane->request.route.abort->fire();
    for (auto* timer : {&mail_, &room_, &pace_}) timer->cancel();
}

void Batches::lost(const base::Error& error)
{
    finish(close_code::abnormal, error.text());
}

// ---- the two lanes ----

void Batches::begin_up()
{
    if (std::exchange(up_runs_, true)) return;
    tasks_.spawn("batches", run_up(shared_from_this()));
}

asio::awaitable<void> Batches::run_up([[maybe_unused]] std::shared_ptr<Batches> self)
{
    // What is sent in one go travels in one request.
    co_await asio::post(executor_, asio::use_awaitable);
    while (!ended_ && !queue_.empty()) {
        std::string hello;
        if (!add_hello(hello)) break;
        std::string body = queue_.take(hello);
        if (co_await exchange(up_, std::move(body))) queue_.answered();
    }
    up_runs_ = false;
    if (closing_) finish(closing_->code, closing_->reason);
    begin_waiting();
}

void Batches::begin_waiting()
{
    if (!may_wait() || std::exchange(waiting_runs_, true)) return;
    tasks_.spawn("batches that wait", run_waiting(shared_from_this()));
}

asio::awaitable<void> Batches::run_waiting([[maybe_unused]] std::shared_ptr<Batches> self)
{
    while (may_wait()) {
        std::string hello;
        if (!add_hello(hello)) break;
        const auto begun = base::SystemClock{}.steady();
        const std::int64_t lines = lines_;
        hello += '\n';
        if (!co_await exchange(waiting_, std::move(hello))) break;
        // The welcome alone is no news.
        const auto took = base::SystemClock{}.steady() - begun;
        if (lines_ <= lines + 1 && took < limits_.pause && may_wait()) co_await pause();
    }
    waiting_runs_ = false;
}

bool Batches::add_hello(std::string& hello)
{
    BatchHello made = hello_();
    if (made.text.empty()) {
        finish(close_code::abnormal, "given up");
        return false;
    }
    opens_ = made.opens;
    hello = std::move(made.text);
    return true;
}

asio::awaitable<void> Batches::pause()
{
    error_code ignored;
    pace_.expires_after(limits_.pause);
    co_await pace_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<bool> Batches::exchange(Lane& lane, std::string body)
{
    const base::Result<base::Secret> bearer = bearer_();
    if (!bearer) {
        lost(bearer.error());
        co_return false;
    }
    web::Headers headers;
    headers.add("Authorization", "Bearer " + std::string{bearer->reveal()});
    headers.add("Content-Type", "application/x-ndjson");
    headers.add("User-Agent", "mizo-relay");
    lane.request.headers = std::move(headers);
    lane.request.body = std::move(body);
    if (!co_await connect(lane)) co_return false;
    const base::Result<net::HttpAnswer> answer = co_await lane.connection->ask(lane.request);
    if (!answer) {
        lost(answer.error());
        co_return false;
    }
    net::Trace head;
    net::note_answer(head, *answer);
    if (head.http_status == 200 && !head.is_page) co_return co_await read_frames(lane);
    co_await read_refusal(lane, head);
    co_return false;
}

asio::awaitable<bool> Batches::connect(Lane& lane)
{
    if (lane.connection && lane.connection->is_sound()) co_return true;
    lane.connection.reset();
    net::Trace trace;
    auto stream = co_await net::dial(lane.request.route, trace);
    if (!stream) lost(stream.error());
    if (stream) lane.connection = std::make_unique<net::HttpConnection>(std::move(*stream));
    co_return stream.has_value();
}

asio::awaitable<bool> Batches::read_frames(Lane& lane)
{
    LineCutter cutter{limits_.message_max};
    for (;;) {
        const base::Result<std::string> piece = co_await lane.connection->read(lane.limit);
        if (!piece) {
            lost(piece.error());
            co_return false;
        }
        const std::size_t before = received_.size();
        const bool fits = cutter.feed(*piece, received_);
        if (piece->empty()) cutter.finish(received_);
        for (std::size_t at = before; at < received_.size(); ++at) received_bytes_ += received_[at].size();
        lines_ += static_cast<std::int64_t>(received_.size() - before);
        if (received_.size() > before) mail_.cancel();
        if (!fits) finish(close_code::too_big, "a line of an answer is too long");
        if (piece->empty() || !fits) co_return fits;
        while (received_bytes_ >= received_max && !ended_) {
            error_code ignored;
            co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }
}

// ---- answers that carry no frames ----

asio::awaitable<void> Batches::read_refusal(Lane& lane, const net::Trace& answer)
{
    BatchRefusal refusal{answer.http_status, answer.is_page, answer.retry_after, {}};
    bool more = true;
    while (more && refusal.body.size() < refusal_max) {
        const base::Result<std::string> piece = co_await lane.connection->read(lane.limit);
        more = piece.has_value() && !piece->empty();
        if (more) refusal.body += *piece;
    }
    constexpr int unauthorised = 401;
    constexpr int too_large = 413;
    if (ended_ || (refusal.status == too_large && &lane == &up_ && queue_.split())) co_return;
    const bool is_clock = refusal.status == unauthorised;
    take_refusal(refusal, is_clock ? clock_advice(answer.date, base::SystemClock{}.wall()) : "");
}

void Batches::take_refusal(const BatchRefusal& refusal, const std::string& advice)
{
    auto bye = bye_of(refusal);
    if (!bye) {
        const std::string page = refusal.is_page ? ", with a page: a proxy or a captive portal" : "";
        const std::string status = std::to_string(refusal.status);
        return finish(close_code::abnormal, "the batch was answered with HTTP " + status + page);
    }
    if (!advice.empty()) bye->text += " " + advice;
    std::string text = encode(*bye);
    received_bytes_ += text.size();
    received_.push_back(std::move(text));
    finish(static_cast<int>(bye->code), std::move(bye->text));
}

// The owner's hold on the lanes.
class BatchChannel final : public net::Channel {
public:
    explicit BatchChannel(std::shared_ptr<Batches> batches) : batches_{std::move(batches)} {}
    BatchChannel(const BatchChannel&) = delete;
    BatchChannel& operator=(const BatchChannel&) = delete;
    ~BatchChannel() override { batches_->abort(); }

    asio::awaitable<base::Result<std::string>> receive() override { return batches_->receive(); }
    const net::ChannelEnd& end() const override { return batches_->end(); }
    void send(std::string text) override { batches_->send(std::move(text)); }
    std::size_t queued_bytes() const override { return batches_->queued_bytes(); }
    void set_message_max(std::size_t bytes) override { batches_->set_message_max(bytes); }
    void close(int code, std::string reason) override { batches_->close(code, std::move(reason)); }
    void abort() override { batches_->abort(); }

private:
    std::shared_ptr<Batches> batches_;
};

} // namespace

asio::awaitable<base::Result<std::unique_ptr<net::Channel>>> open_batches(BatchParts parts, net::Trace& trace)
{
    const auto executor = co_await asio::this_coro::executor;
    auto stream = co_await net::dial(parts.route, trace);
    if (!stream) co_return stream.error();
    auto batches = std::make_shared<Batches>(executor, std::move(parts), std::move(*stream));
    co_return std::unique_ptr<net::Channel>{std::make_unique<BatchChannel>(std::move(batches))};
}

} // namespace mizo::relay
