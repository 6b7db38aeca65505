#include "daemon/relay/session_connection.hpp"

#include <algorithm>

namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

// The driver has a deadline for each step of dialling; this one is for a driver that forgot.
constexpr auto dial_limit = 60s;
constexpr auto welcome_limit = 10s;
// After a bye the cloud closes; when it does not, we do.
constexpr auto close_limit = 5s;
constexpr int answers_a_second = 1'000;

} // namespace

Connection::Connection(Dial dial, Instant now)
    : id_{dial.link},
      url_{std::move(dial.url)},
      transport_{dial.transport},
      phase_ends_{now.steady + dial_limit},
      heard_at_{now.steady},
      pinged_at_{now.steady},
      answers_since_{now.steady}
{}

void Connection::dialled(Instant now)
{
    phase_ = Phase::opening;
    phase_ends_ = now.steady + welcome_limit;
    heard(now);
}

void Connection::welcomed(const Welcome& welcome, Instant now)
{
    phase_ = Phase::live;
    session_ = welcome.session;
    heartbeat_ = milliseconds{welcome.heartbeat_ms};
    dead_ = milliseconds{welcome.dead_ms};
    progress_ms_ = welcome.progress_ms;
    max_message_ = static_cast<std::size_t>(welcome.max_message);
    pinged_at_ = now.steady;
}

void Connection::said_bye(Bye bye, Instant now)
{
    if (bye_) return;
    bye_ = std::move(bye);
    close_due_ = now.steady + close_limit;
}

Ping Connection::ping(Instant now)
{
    pinged_at_ = now.steady;
    return {++pings_, now.wall};
}

void Connection::ponged(const Pong& pong, Instant now)
{
    // An older one says nothing about how long this one took.
    if (pong.n == pings_ && pings_ > 0)
        rtt_ = std::chrono::duration_cast<milliseconds>(now.steady - pinged_at_);
}

bool Connection::may_answer(Instant now)
{
    if (now.steady - answers_since_ >= 1s) {
        answers_since_ = now.steady;
        answers_ = 0;
    }
    return ++answers_ <= answers_a_second;
}

SteadyTime Connection::ping_at() const
{
    return std::max(heard_at_, pinged_at_) + heartbeat_;
}

Connection::Due Connection::due(Instant now) const
{
    if (bye_ && now.steady >= close_due_) return Due::no_close;
    if (phase_ == Phase::dialling) return now.steady >= phase_ends_ ? Due::dial_took_too_long : Due::nothing;
    if (phase_ == Phase::opening) return now.steady >= phase_ends_ ? Due::no_welcome : Due::nothing;
    if (now.steady >= heard_at_ + dead_) return Due::silence;
    return now.steady >= ping_at() ? Due::ping : Due::nothing;
}

SteadyTime Connection::wake() const
{
    auto first = phase_ == Phase::live ? std::min(heard_at_ + dead_, ping_at()) : phase_ends_;
    return bye_ ? std::min(first, close_due_) : first;
}

} // namespace mizo::relay
