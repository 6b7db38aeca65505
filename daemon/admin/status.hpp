#pragma once

#include "daemon/admin/services.hpp"
#include "daemon/store/metrics_history.hpp"

namespace mizo::admin {

// Looks at everything that the status tells of, judges it, and remembers the judgement.
struct StatusReport {
    json::object body;     // the Status of the contract
    std::string essential; // what is worth telling at once: strip, link state and alerts
};
asio::awaitable<StatusReport> take_status(Services& services);

} // namespace mizo::admin
