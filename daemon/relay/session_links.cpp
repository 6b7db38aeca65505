#include "daemon/relay/session_machine.hpp"

#include <algorithm>
#include <utility>

// Links come and go: dialling, losing, and when to try again.
namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t disconnects_kept = 20;
constexpr std::size_t text_bytes = 200;
// A close frame has room for 123 bytes.
constexpr std::size_t reason_bytes = 120;
// "At once" is for a cloud that restarts now and then, not for one that accepts and closes in a circle.
constexpr auto at_once_pause = 5s;
constexpr milliseconds retry_ms_max = 1h;

} // namespace

Connection* Session::Machine::find(LinkId id)
{
    if (current_ && current_->id() == id) return &*current_;
    if (successor_ && successor_->id() == id) return &*successor_;
    return nullptr;
}

void Session::Machine::dial(std::optional<Connection>& slot, Transport transport)
{
    dial_at_.reset();
    // The place that a drain named is tried once.
    auto url = drain_url_.empty() ? identity_->url : std::exchange(drain_url_, {});
    Dial action{++last_link_, std::move(url), transport};
    slot.emplace(action, now_);
    actions_.push_back(std::move(action));
}

void Session::Machine::end(LinkId id, int code, std::string reason)
{
    // In a batch there is no close frame.
    const Connection* link = find(id);
    if (link && link->is_batches() && link->is_live())
        send(*link, Bye{code, reason.substr(0, reason_bytes), {}});
    actions_.push_back(Close{id, code, reason.substr(0, reason_bytes)});
    lose(id, {now_.wall, code, std::move(reason)}, Reaction{}, 0ms);
}

void Session::Machine::protocol_error(LinkId id, std::string_view why, std::string_view frame_text)
{
    log(base::Level::warning, "protocol error",
        {{"why", std::string{why}}, {"frame", std::string{frame_text.substr(0, text_bytes)}}});
    end(id, close_code::protocol_error, std::string{why});
}

void Session::Machine::ended_by_cloud(const Connection& link, int code, std::string reason)
{
    auto not_before = 0ms;
    const bool says_little = code == close_code::normal || code == close_code::going_away ||
                             code == close_code::no_status || code == close_code::abnormal;
    if (link.bye()) {
        if (says_little) code = static_cast<int>(link.bye()->code);
        if (reason.empty()) reason = link.bye()->text;
        not_before = std::min(milliseconds{link.bye()->retry_ms.value_or(0)}, retry_ms_max);
    }
    if (code == close_code::protocol_error)
        log(base::Level::warning, "the cloud saw a protocol error", {{"why", reason}, {"sent", last_sent_}});
    lose(link.id(), {now_.wall, code, std::move(reason)}, reaction_to_close(code), not_before);
}

void Session::Machine::lose(LinkId id, Disconnect what, const Reaction& reaction, milliseconds not_before)
{
    what.text = what.text.substr(0, text_bytes);
    if (const Connection* link = find(id)) {
        if (link->is_batches() && link->phase() == Connection::Phase::opening) choice_.batches_failed(now_);
        remember_hello(*link);
    }
    if (is_trying_websocket() && successor_->id() == id) {
        log(base::Level::info, "the WebSocket is still not to be had, batches go on",
            {{"code", std::to_string(what.code)}, {"reason", what.text}});
        return lose_successor(reaction, not_before);
    }
    // The cloud lets go of a batch link when the WebSocket says hello: no loss, though it may be read first.
    const bool is_followed = is_trying_websocket() && successor_->phase() == Connection::Phase::opening;
    if (!is_followed) note_loss(std::move(what), reaction);
    if (successor_ && successor_->id() == id) return lose_successor(reaction, not_before);
    if (reaction.first_is_too_large) flow_.suspect_first();
    flow_.close(actions_);
    current_.reset();
    live_since_.reset();
    draining_ = false;
    if (!down_since_) down_since_ = now_.steady;
    if (!successor_) return schedule(reaction, not_before);
    current_ = std::move(successor_);
    successor_.reset();
}

void Session::Machine::note_loss(Disconnect what, const Reaction& reaction)
{
    log(base::Level::warning, "link lost", {{"code", std::to_string(what.code)}, {"reason", what.text}});
    if (!reaction.alert.empty())
        alert(reaction.alert, std::string{reaction.text} + (what.text.empty() ? "" : " (" + what.text + ")"));
    disconnects_.push_back(std::move(what));
    if (disconnects_.size() > disconnects_kept) disconnects_.pop_front();
}

void Session::Machine::lose_successor(const Reaction& reaction, milliseconds not_before)
{
    const bool was_tried_only = is_trying_websocket();
    successor_.reset();
    flow_.pause(false);
    if (was_tried_only)
        choice_.websocket_tried(now_);
    else
        schedule(reaction, not_before);
}

void Session::Machine::schedule(const Reaction& reaction, milliseconds not_before)
{
    stopped_ = false;
    waiting_for_ = reaction.retry;
    not_before_ = now_.steady + not_before;
    const double jitter = settings_.jitter();
    switch (reaction.retry) {
    case Retry::at_once: return schedule_at_once();
    case Retry::backoff: dial_at_ = not_before_ + backoff_.next(jitter); return;
    case Retry::slowly: dial_at_ = not_before_ + slow_delay(jitter); return;
    case Retry::hourly: dial_at_ = not_before_ + 1h; return;
    case Retry::never:
        stopped_ = true;
        dial_at_.reset();
        return;
    }
}

void Session::Machine::schedule_at_once()
{
    const bool again = last_at_once_ && now_.steady - *last_at_once_ < at_once_pause;
    last_at_once_ = now_.steady;
    dial_at_ = again ? not_before_ + backoff_.next(settings_.jitter()) : not_before_;
}

void Session::Machine::let_go_of_all(int code, std::string_view reason)
{
    flow_.close(actions_);
    for (auto* slot : {&current_, &successor_}) {
        if (!*slot) continue;
        if ((*slot)->phase() != Connection::Phase::dialling) send(**slot, Bye{code, std::string{reason}, {}});
        actions_.push_back(Close{(*slot)->id(), code, std::string{reason}});
        remember_hello(**slot);
        slot->reset();
    }
    draining_ = false;
    live_since_.reset();
}

} // namespace mizo::relay
