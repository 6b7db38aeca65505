#pragma once

#include "daemon/halo_api/api.hpp"
#include "daemon/halo_api/view.hpp"
#include "daemon/net/store_io.hpp"

#include <memory>

namespace mizo::halo_api {

// HaloPSA's API over HTTP, one connection a call. On the loop's thread only.
class Client final : public Api {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        const base::Clock& clock;
        base::Log& log;
        RateRules rate = {};
    };

    Client(Parts parts, ApiSettings settings);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() override;

    // Takes up what an earlier start found out about the permissions.
    asio::awaitable<void> start();
    // Ends every call in hand with halo_stopped.
    asio::awaitable<void> stop();

    // Where they differ, token, permissions and discovery of the former are dropped, and calls that wait end
    // with halo_settings_changed.
    void set_settings(ApiSettings settings);

    asio::awaitable<base::Result<Answer>> call(Call call) override;
    // Goes the whole way anew, step by step to the first that fails.
    asio::awaitable<std::vector<TestStep>> test();

    View view() const;
    const Counts& counts() const;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace mizo::halo_api
