#pragma once

#include "daemon/agent/commands.hpp"
#include "daemon/agent/errand.hpp"
#include "daemon/agent/view.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/relay/inbox.hpp"
#include "daemon/store/agent_calls.hpp"

#include <functional>
#include <memory>

namespace mizo::agent {

namespace asio = boost::asio;

// Acts on HaloPSA for the cloud: what is on the allow-list, within limits, once for each idempotency key. On
// the loop's thread only.
class Agent final : public relay::Inbox {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        halo_api::Api& api;
        const base::Clock& clock;
        base::Random& random;
        base::Log& log;
        std::function<bool(relay::Frame frame)> send; // over the link; false where none is live
        ErrandRules rules = {};
    };

    Agent(Parts parts, const config::Settings& settings);
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    ~Agent() override;

    asio::awaitable<void> start();
    // Begins nothing further; ends once no write is in hand, or at the limit.
    asio::awaitable<void> finish(std::chrono::milliseconds limit);
    // Ends with the last call; whoever wants it soon ends the API before.
    asio::awaitable<void> stop();
    void set_settings(const config::Settings& settings);
    // Who does what is commanded; without them every command is answered `unsupported`.
    void set_commands(CommandActions actions);
    // Told of each call that was written down.
    void on_call(std::function<void(const store::AgentCall&)> listener);

    View view() const;
    // The id of our agent in HaloPSA, where it is known: what it caused comes back as events of its own.
    std::optional<std::int64_t> self_id() const;

    void on(relay::Request request) override;
    void on(relay::Cancel cancel) override;
    void on(relay::Command command) override;
    void on(relay::Insight) override {}
    void on(relay::Done) override {}
    void on_live(bool live) override;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace mizo::agent
