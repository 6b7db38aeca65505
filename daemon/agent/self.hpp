#pragma once

#include "daemon/agent/view.hpp"
#include "daemon/base/log.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/net/store_io.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mizo::agent {

namespace asio = boost::asio;

// Who we are in HaloPSA: asked of it, and remembered over restarts, so that what our own agent caused is told
// from the rest. On the loop's thread only.
class SelfKnowledge {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        halo_api::Api& api;
        base::Logger logger;
        std::function<void(const std::optional<Self>&)> changed;
    };

    explicit SelfKnowledge(Parts parts) : parts_{std::move(parts)}, asked_for_{parts_.executor} {}

    // Takes up what is remembered for this HaloPSA and this application.
    asio::awaitable<void> load(std::string account);
    // Of another HaloPSA or application; empty: none is set up. Asks anew where it is not known.
    void set_account(std::string account);
    // Asks now and then, until it is cancelled or stopped.
    asio::awaitable<void> run();
    void stop();

    const std::optional<Self>& self() const { return self_; }

private:
    asio::awaitable<void> ask();
    void take(std::optional<Self> self);
    asio::awaitable<void> remember(Self self);

    Parts parts_;
    std::string account_;
    std::optional<Self> self_;
    halo_api::Bell asked_for_;
    bool stopped_ = false;
};

} // namespace mizo::agent
