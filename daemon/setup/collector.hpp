#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/setup/wanted.hpp"

namespace mizo::setup {

namespace asio = boost::asio;

// Reads of HaloPSA what the checks need, an area at a time, in few calls. What fails leaves its mark in the
// facts and nothing else undone.
class Collector {
public:
    Collector(halo_api::Api& api, const base::Clock& clock) : api_{api}, clock_{clock} {}

    // All calls from now on end by then.
    void set_deadline(base::SteadyTime until) { until_ = until; }
    // Reads the area anew into the facts; `facts` outlives the call.
    asio::awaitable<void> read(Area area, Facts& facts);

private:
    using Rows = Reading<std::vector<json::object>>;

    asio::awaitable<Rows> list(std::string path, halo_api::Query query);
    asio::awaitable<void> read_connection(Facts& facts);
    asio::awaitable<void> read_ticket_types(Facts& facts);
    asio::awaitable<void> read_webhook_area(Facts& facts);
    asio::awaitable<void> read_events(Facts& facts);
    asio::awaitable<void> read_outcomes(Facts& facts);
    asio::awaitable<void> read_deliveries(Facts& facts);
    asio::awaitable<base::Result<halo_api::Answer>> ask(std::string path, halo_api::Query query);

    halo_api::Api& api_;
    const base::Clock& clock_;
    base::SteadyTime until_ = base::SteadyTime::max();
};

} // namespace mizo::setup
