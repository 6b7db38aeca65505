#pragma once

#include "daemon/base/log.hpp"
#include "daemon/halo/token.hpp"
#include "daemon/halo_api/api_settings.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/halo_api/rate_limiter.hpp"
#include "daemon/halo_api/transport.hpp"
#include "daemon/net/task_scope.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace mizo::halo_api {

// Which of the permissions HaloPSA grants to the application.
struct ScopeView {
    halo::Scopes asked;
    halo::Scopes granted; // empty before the first token
    halo::Scopes refused;
};

// What was found by asking for each permission alone, worth keeping over a start.
struct WorkingScopes {
    halo::Scopes working;
    halo::Scopes refused;
};

// A token for a call; `number` tells it from its predecessors.
struct Access {
    base::Secret token;
    std::uint64_t number = 0;
};

// Gets the token, once for all who wait for it, renews it before its end, and finds out which permissions
// work where HaloPSA refuses them as a set. On the loop's thread only; must outlive its tasks.
class Tokens {
public:
    struct Parts {
        asio::any_io_executor executor;
        Transport& transport;
        RateLimiter& limiter;
        net::TaskScope& tasks;
        const base::Clock& clock;
        base::Logger logger;
        std::function<void(const WorkingScopes&)> keep;
    };

    explicit Tokens(Parts parts) : parts_{std::move(parts)}, bell_{parts_.executor} {}

    // Other settings: what was got and learnt with the former is dropped, and who waits is told so.
    void use(std::shared_ptr<const ApiSettings> settings);
    void remember(WorkingScopes scopes);
    // The token, at the latest by `until`. Errors: halo_credentials_refused, halo_scopes_refused,
    // halo_settings_changed, and those of Transport; after any of them nothing was asked of the API.
    asio::awaitable<base::Result<Access>> get(base::SteadyTime until);
    // HaloPSA answered a call with 401: whether another token is to be had. A call that lacks a right is
    // answered so too, so one token is not replaced sooner than a minute after another.
    bool replace(std::uint64_t number);
    // Forgets what was learnt, to ask anew as on the first day.
    void start_over();
    // Where tokens are to be had. Errors: those of Transport.
    asio::awaitable<base::Result<halo::TokenEndpoint>> discover(std::shared_ptr<net::Abort> abort);
    void stop();

    ScopeView scopes() const;
    std::optional<base::WallTime> expires() const { return token_ ? std::optional{expires_} : std::nullopt; }
    const std::optional<net::Message>& advice() const { return advice_; }

private:
    struct Refresh {
        std::shared_ptr<net::Abort> abort = std::make_shared<net::Abort>();
    };
    using Settings = std::shared_ptr<const ApiSettings>;
    using Asked = base::Result<halo::Token>;

    void drop();
    void begin_refresh();
    asio::awaitable<void> refresh(Settings settings, std::shared_ptr<Refresh> mine);
    asio::awaitable<Asked> obtain(Settings settings, std::shared_ptr<net::Abort> abort);
    asio::awaitable<Asked> probe(Settings settings, std::shared_ptr<net::Abort> abort);
    asio::awaitable<Asked> ask(Settings settings, halo::Scopes scopes, std::shared_ptr<net::Abort> abort);
    void take(halo::Token token);
    void note_failure(const base::Error& error);

    Parts parts_;
    Bell bell_;
    Settings settings_;
    bool stopped_ = false;

    std::optional<halo::TokenEndpoint> endpoint_;
    base::SteadyTime endpoint_until_{};
    std::optional<WorkingScopes> known_;
    base::SteadyTime known_until_{};

    std::optional<base::Secret> token_;
    std::uint64_t number_ = 0;
    halo::TokenTimes times_{};
    base::WallTime expires_{};
    halo::Scopes granted_;
    std::optional<base::SteadyTime> replaced_;

    std::shared_ptr<Refresh> refresh_; // in flight
    std::optional<base::Error> failure_;
    base::SteadyTime failure_until_{};
    std::optional<net::Message> advice_;
};

} // namespace mizo::halo_api
