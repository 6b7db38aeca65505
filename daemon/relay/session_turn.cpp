#include "daemon/relay/session_machine.hpp"

#include <algorithm>
#include <initializer_list>

// What is due at the end of each turn, and when the next thing will be.
namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr auto stable_after = 60s;
constexpr auto down_alert_after = 5min;
constexpr auto status_every = 60s;

// Whether somebody who watches the fleet would want to know now, and not within the minute.
bool differ(const Status& left, const Status& right)
{
    const auto same_certificate = [](const CertificateStatus& a, const CertificateStatus& b) {
        return a.thumbprint == b.thumbprint && a.state == b.state && a.not_after == b.not_after;
    };
    return left.dead_letters != right.dead_letters || left.halo.ok != right.halo.ok ||
           left.version != right.version || left.settings != right.settings || left.alerts != right.alerts ||
           !std::equal(left.certificates.begin(), left.certificates.end(), right.certificates.begin(),
                       right.certificates.end(), same_certificate);
}

void keep_earlier(std::optional<SteadyTime>& first, std::optional<SteadyTime> other)
{
    if (other && (!first || *other < *first)) first = other;
}

} // namespace

void Session::Machine::turn()
{
    turn_of_link(current_);
    turn_of_link(successor_);
    turn_of_progress();
    if (live_since_ && now_.steady >= *live_since_ + stable_after) {
        backoff_.reset();
        live_since_.reset();
    }
    turn_of_dialling();
    turn_of_transport();
    turn_of_status();
    flow_.turn(now_, actions_);
    turn_of_alerts();
    turn_of_dialogue();
}

void Session::Machine::turn_of_dialogue()
{
    if (is_live() == told_live_) return;
    told_live_ = is_live();
    if (!told_live_) dialogue_.forget();
    actions_.push_back(Live{told_live_});
}

void Session::Machine::turn_of_link(std::optional<Connection>& slot)
{
    if (!slot) return;
    const LinkId id = slot->id();
    switch (slot->due(now_)) {
    case Connection::Due::nothing: return;
    case Connection::Due::ping: return send(*slot, slot->ping(now_));
    case Connection::Due::dial_took_too_long:
        return end(id, close_code::going_away, "dialling took too long");
    case Connection::Due::no_welcome: return end(id, close_code::heartbeat_lost, "no welcome in time");
    case Connection::Due::silence: return end(id, close_code::heartbeat_lost, "nothing heard in time");
    case Connection::Due::no_close:
        actions_.push_back(Close{id, close_code::normal, "bye was said"});
        return ended_by_cloud(*slot, close_code::no_status, {});
    }
}

void Session::Machine::turn_of_progress()
{
    const auto owed = flow_.owed_since();
    if (owed && now_.steady >= *owed + milliseconds{current_->progress_ms()})
        end(current_->id(), close_code::heartbeat_lost, "no ack in time");
}

void Session::Machine::turn_of_dialling()
{
    if (!dial_at_ || now_.steady < *dial_at_ || flow_.is_moving()) return;
    const bool needs_successor = draining_ && !successor_;
    if (current_ && !needs_successor) return dial_at_.reset();
    ++attempt_;
    dial(current_ ? successor_ : current_, choice_.at(now_.steady));
}

std::optional<SteadyTime> Session::Machine::websocket_try_at() const
{
    const bool may_try = is_live() && current_->is_batches() && !successor_ && !draining_;
    return may_try && !flow_.is_moving() ? choice_.websocket_at() : std::nullopt;
}

void Session::Machine::turn_of_transport()
{
    const auto due = websocket_try_at();
    if (due && now_.steady >= *due) dial(successor_, Transport::websocket);
}

void Session::Machine::turn_of_status()
{
    if (!is_live() || !facts_) return;
    const bool due = !told_ || now_.steady >= told_at_ + status_every;
    if (!due && !differ(*told_, *facts_)) return;
    // The round trip is worth knowing even where the traffic never leaves room for a heartbeat.
    if (due) send(*current_, current_->ping(now_));
    send(*current_, *facts_);
    told_ = facts_;
    told_at_ = now_.steady;
}

void Session::Machine::turn_of_alerts()
{
    if (down_since_ && now_.steady >= *down_since_ + down_alert_after) {
        alert("link.down",
              "The cloud has not been reached for 5 minutes. Events are kept, and sent when it is back.");
        down_since_.reset();
    }
    if (flow_.is_stuck())
        alert("link.window_too_small",
              "The next event is larger than what the cloud is ready to take at a time.");
    else if (flow_.is_open())
        clear("link.window_too_small");
}

std::optional<SteadyTime> Session::Machine::wake() const
{
    if (ended_) return {};
    std::optional<SteadyTime> first = flow_.wake();
    for (const auto* slot : {&current_, &successor_})
        if (*slot) keep_earlier(first, (*slot)->wake());
    if (const auto owed = flow_.owed_since())
        keep_earlier(first, *owed + milliseconds{current_->progress_ms()});
    if (live_since_) keep_earlier(first, *live_since_ + stable_after);
    if (dial_at_ && !flow_.is_moving()) keep_earlier(first, dial_at_);
    if (is_live() && facts_) keep_earlier(first, told_at_ + status_every);
    if (down_since_) keep_earlier(first, *down_since_ + down_alert_after);
    keep_earlier(first, websocket_try_at());
    return first;
}

} // namespace mizo::relay
