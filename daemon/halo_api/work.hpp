#pragma once

#include "daemon/halo_api/client.hpp"
#include "daemon/halo_api/health.hpp"
#include "daemon/store/halo_calls.hpp"

namespace mizo::halo_api {

// The inside of Client.
class Client::Work {
public:
    Work(Parts parts, ApiSettings settings);

    asio::awaitable<void> start();
    asio::awaitable<void> stop();
    void set_settings(ApiSettings settings);
    asio::awaitable<base::Result<Answer>> call(Call call);
    asio::awaitable<std::vector<TestStep>> test();
    View view() const;
    const Counts& counts() const { return counts_; }

private:
    using Settings = std::shared_ptr<const ApiSettings>;
    class Record;
    class Place;
    struct Exchange;

    asio::awaitable<base::Result<Answer>> attempts(Call call, Record& record);
    asio::awaitable<base::Result<Answer>> attempt(std::shared_ptr<Exchange> exchange, Record& record);
    asio::awaitable<base::Result<void>> turn_of(RateLimiter::Id place, base::SteadyTime until);
    asio::awaitable<void> run(std::shared_ptr<Exchange> exchange);
    base::Error limited(Purpose purpose) const;
    // Lets go those whose turn has come, and arranges to be called again for the next.
    void admit();
    void note(const Call& call, const Record& record, const base::Result<Answer>& result);
    void keep(const WorkingScopes& scopes);
    void write(store::HaloCall call);

    asio::awaitable<TestStep> test_discovery();
    asio::awaitable<TestStep> test_token();
    asio::awaitable<TestStep> test_call();

    base::SteadyTime now() const { return parts_.clock.steady(); }

    Parts parts_;
    base::Logger logger_;
    Settings settings_;
    Transport transport_;
    RateLimiter limiter_;
    std::set<RateLimiter::Id> admitted_; // their turn has come, and they have not ended
    asio::steady_timer next_turn_;
    Bell turns_;
    Health health_;
    Counts counts_{};
    std::string version_;
    std::set<std::shared_ptr<Exchange>> exchanges_;
    bool stopped_ = false;
    net::TaskScope tasks_;
    Tokens tokens_;
};

} // namespace mizo::halo_api
