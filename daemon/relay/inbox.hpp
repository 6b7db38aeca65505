#pragma once

#include "daemon/relay/wire.hpp"

namespace mizo::relay {

// What the cloud sends beside the stream of events: told on the loop's thread, in the order in which it came.
// Nothing here may take long; what does is begun as a task, and answered through Link::send.
class Inbox {
public:
    virtual ~Inbox() = default;

    virtual void on(Request request) = 0;
    virtual void on(Cancel cancel) = 0;
    virtual void on(Insight insight) = 0;
    virtual void on(Command command) = 0;
    virtual void on(Done done) = 0;
    // The link has become live, or is no longer: what was asked over it will not be waited for.
    virtual void on_live(bool live) = 0;
};

} // namespace mizo::relay
