#pragma once

#include "daemon/relay/wire.hpp"

#include <string>
#include <vector>

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

    // What of it is served, as `hello` names it in `caps`; the rest is answered `error` `unsupported`.
    virtual std::vector<std::string> serves() const { return {"request", "insight", "command"}; }
};

// An inbox of two: one acts on HaloPSA, the other shows what the cloud knows. What has nobody is not served.
class SharedInbox final : public Inbox {
public:
    // Before Link::start(), and for as long as the link lives.
    void set_agent(Inbox* agent) { agent_ = agent; }
    void set_tab(Inbox* tab) { tab_ = tab; }

    void on(Request request) override;
    void on(Cancel cancel) override;
    void on(Insight insight) override;
    void on(Command command) override;
    void on(Done done) override;
    void on_live(bool live) override;
    std::vector<std::string> serves() const override;

private:
    Inbox* agent_ = nullptr; // "request" and "command"
    Inbox* tab_ = nullptr;   // "insight"
};

} // namespace mizo::relay
