#include "daemon/relay/session_machine.hpp"

#include <algorithm>

// What happens outside the link: the start, the admin, the network, the store.
namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t quote_bytes = 200;
constexpr milliseconds retry_after_max = 1h;
// Beyond what answers may take: for what is small.
constexpr std::int64_t unsent_spare = 4 * 1024 * 1024;

std::string_view name_of(DialStage stage)
{
    switch (stage) {
    case DialStage::resolve: return "resolve";
    case DialStage::connect: return "connect";
    case DialStage::proxy: return "proxy";
    case DialStage::tls: return "tls";
    case DialStage::upgrade: return "upgrade";
    }
    return {};
}

} // namespace

Session::Machine::Machine(Settings settings, Instant now)
    : settings_{std::move(settings)},
      flow_{{settings_.window_max, settings_.chunk_events, settings_.chunk_bytes}},
      now_{now},
      not_before_{now.steady},
      choice_{now},
      told_at_{now.steady},
      shown_since_{now.wall}
{}

Actions Session::Machine::on(Event event, Instant now)
{
    now_ = now;
    actions_.clear();
    if (!ended_) {
        std::visit([this](auto& value) { handle(value); }, event);
        if (!ended_)
            turn();
        else
            turn_of_dialogue();
    }
    remember_what_was_sent();
    if (const auto state_now = state(); state_now != shown_state_) {
        shown_state_ = state_now;
        shown_since_ = now.wall;
    }
    return std::move(actions_);
}

void Session::Machine::handle(Start& event)
{
    flow_.begin(std::move(event.stream));
    if (!event.identity) return;
    identity_ = std::move(event.identity);
    down_since_ = now_.steady;
    dial_at_ = now_.steady;
}

void Session::Machine::handle(Enrolled& event)
{
    let_go_of_all(close_code::normal, "enrolled anew");
    clear_all();
    choice_ = TransportChoice{now_}; // another cloud, perhaps by another way
    identity_ = std::move(event.identity);
    stopped_ = false;
    backoff_.reset();
    attempt_ = 0;
    down_since_ = now_.steady;
    dial_at_ = now_.steady;
}

void Session::Machine::handle(Forgotten&)
{
    let_go_of_all(close_code::normal, "the relay was disconnected by its admin");
    clear_all();
    identity_.reset();
    stopped_ = false;
    dial_at_.reset();
    down_since_.reset();
}

void Session::Machine::handle(Dialled& event)
{
    Connection* link = find(event.link);
    if (!link || link->phase() != Connection::Phase::dialling) return;
    link->dialled(now_);
    // What is sent over the old link from here on would be sent twice.
    if (successor_ && successor_->id() == event.link) flow_.pause(true);
    if (!link->is_batches()) {
        choice_.upgraded();
        return send(*link, hello_of(*link, now_));
    }
    // Each request begins with a hello of its own; beside it there must be something that wants an answer, or
    // the cloud would wait.
    send(*link, link->ping(now_));
}

Hello Session::Machine::hello_of(const Connection& link, Instant now) const
{
    return {identity_->relay_id, settings_.boot_id, settings_.fence,
            settings_.version,   settings_.os,      now.wall,
            flow_.stream(),      dialogue_.caps(),  link.session()};
}

BatchHello Session::Machine::hello(LinkId id, Instant now) const
{
    for (const auto* slot : {&current_, &successor_})
        if (*slot && (*slot)->id() == id) return {encode(hello_of(**slot, now)), !(*slot)->is_live()};
    return id == farewell_link_ ? farewell_ : BatchHello{};
}

void Session::Machine::remember_hello(const Connection& link)
{
    if (!link.is_batches() || !link.is_live()) return;
    farewell_link_ = link.id();
    farewell_ = {encode(hello_of(link, now_)), false};
}

void Session::Machine::handle(DialFailed& event)
{
    const Connection* link = find(event.link);
    if (!link) return;
    if (is_stripped(event) && !link->is_batches()) choice_.upgrade_failed(now_);
    auto text = std::string{name_of(event.stage)} + ": " + event.text;
    if (event.http_status == 401)
        if (const auto advice = clock_advice(event.date, now_.wall); !advice.empty()) text += " " + advice;
    const auto not_before = std::clamp(event.retry_after.value_or(0ms), milliseconds{0ms}, retry_after_max);
    lose(event.link, {now_.wall, 0, std::move(text)}, reaction_to_dial_failure(event), not_before);
}

void Session::Machine::handle(Closed& event)
{
    if (const Connection* link = find(event.link)) ended_by_cloud(*link, event.code, std::move(event.reason));
}

void Session::Machine::handle(Received& event)
{
    Connection* link = find(event.link);
    if (!link || link->phase() == Connection::Phase::dialling) return;
    link->heard(now_);
    // Every frame may call for an answer: one who sends and does not read would fill the memory.
    if (event.unsent > unsent_max() + unsent_spare)
        return end(event.link, close_code::heartbeat_lost, "the cloud reads nothing");
    auto decoded = decode(event.text, {link->max_message()});
    if (decoded) return frame(*link, std::move(*decoded), event.text);
    if (decoded.error().kind() == base::Errc::too_large)
        return end(event.link, close_code::message_too_large, decoded.error().detail());
    protocol_error(event.link, decoded.error().detail(), event.text);
}

void Session::Machine::handle(RetryNow&)
{
    choice_.try_websocket(now_);
    if (!identity_ || current_) return;
    stopped_ = false;
    clear_all();
    backoff_.reset();
    not_before_ = now_.steady;
    dial_at_ = now_.steady;
}

void Session::Machine::handle(NetworkUp&)
{
    choice_.try_websocket(now_);
    const bool ordinary = waiting_for_ == Retry::backoff || waiting_for_ == Retry::at_once;
    if (dial_at_ && ordinary) dial_at_ = std::max(now_.steady, not_before_);
}

void Session::Machine::handle(Stop&)
{
    let_go_of_all(close_code::going_away, "the relay is stopping");
    ended_ = true;
    dial_at_.reset();
}

LinkState Session::Machine::state() const
{
    if (ended_) return LinkState::ended;
    if (!identity_) return LinkState::unenrolled;
    if (!current_) return stopped_ ? LinkState::stopped : LinkState::waiting;
    switch (current_->phase()) {
    case Connection::Phase::dialling: return LinkState::dialling;
    case Connection::Phase::opening: return LinkState::opening;
    case Connection::Phase::live: return LinkState::live;
    }
    return LinkState::waiting;
}

View Session::Machine::view(Instant now) const
{
    View view;
    view.state = state();
    view.since = shown_since_;
    view.attempt = attempt_;
    if (dial_at_ && !current_)
        view.next_try_in = std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(*dial_at_ - now.steady));
    view.last_ack = flow_.last_ack();
    view.in_flight = flow_.in_flight();
    view.in_flight_bytes = flow_.in_flight_bytes();
    view.window = flow_.window();
    view.acked = flow_.stream().acked;
    view.next_seq = flow_.stream().next_seq;
    view.disconnects.assign(disconnects_.begin(), disconnects_.end());
    view.transport = choice_.at(now.steady);
    view.transport_since = choice_.since();
    if (const auto at = choice_.websocket_at(); at && !is_trying_websocket())
        view.websocket_try_in = std::max(0ms, std::chrono::ceil<milliseconds>(*at - now.steady));
    if (identity_) view.url = identity_->url;
    if (!current_) return view;
    view.url = current_->url();
    view.transport = current_->transport();
    view.rtt = current_->rtt();
    view.session = current_->session();
    return view;
}

void Session::Machine::send(const Connection& link, const Frame& frame)
{
    actions_.push_back(Send{link.id(), encode(frame)});
}

void Session::Machine::alert(std::string_view code, std::string text)
{
    if (alerts_.emplace(code).second) actions_.push_back(Alert{std::string{code}, std::move(text)});
}

void Session::Machine::clear(std::string_view code)
{
    const auto raised = alerts_.find(code);
    if (raised == alerts_.end()) return;
    actions_.push_back(Clear{*raised});
    alerts_.erase(raised);
}

void Session::Machine::clear_all()
{
    while (!alerts_.empty()) clear(std::string{*alerts_.begin()});
}

void Session::Machine::clear_all_but_reset()
{
    const auto reset = alerts_.extract("link.stream_reset");
    clear_all();
    if (reset) alerts_.insert(reset.value());
}

void Session::Machine::log(base::Level level, std::string text, base::Fields fields)
{
    actions_.push_back(LogEntry{level, std::move(text), std::move(fields)});
}

void Session::Machine::remember_what_was_sent()
{
    const auto last = std::find_if(actions_.rbegin(), actions_.rend(),
                                   [](const Action& action) { return std::holds_alternative<Send>(action); });
    if (last != actions_.rend()) last_sent_ = std::get<Send>(*last).text.substr(0, quote_bytes);
}

} // namespace mizo::relay
