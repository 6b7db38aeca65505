#pragma once

#include "daemon/relay/session_types.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace mizo::relay {

// The relay's end of Mizo Link, with no socket, clock, store or log in it: events and the time go in, actions
// come out. The driver owns it, feeds it from one thread, and decides nothing.
//
//     unenrolled -> waiting -> dialling -> opening -> live
//                      ^                               |
//                      +------- backoff ---------------+        stopped: until "retry now"
//
// There are at most two links: the one events go over, and while draining the one that will follow it.
// Memory: the events of one window (their numbers and sizes only), and at most two chunks of loaded ones.
class Session {
public:
    Session(Settings settings, Instant now);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    std::vector<Action> on(Event event, Instant now);

    // When on(Tick) must next be called; nothing to wait for if empty. A late Tick does no harm.
    std::optional<SteadyTime> wake() const;

    BatchHello hello(LinkId link, Instant now) const;

    View view(Instant now) const;
    bool is_live() const;

private:
    class Machine;
    std::unique_ptr<Machine> machine_;
};

} // namespace mizo::relay
