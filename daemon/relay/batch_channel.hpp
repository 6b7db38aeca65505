#pragma once

#include "daemon/net/channel.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/relay/session_types.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mizo::relay {

namespace asio = boost::asio;

struct BatchLimits {
    // The cloud holds a request that waits for up to 25 s.
    std::chrono::milliseconds wait{35'000};
    // From a request with frames to its answer's head, and between two pieces of an answer.
    std::chrono::milliseconds answer{60'000};
    std::chrono::milliseconds close{2'000};
    // Between two requests that wait, where the cloud does not let them wait.
    std::chrono::milliseconds pause{1'000};
    std::size_t message_max = 8 * 1024 * 1024;
};

struct BatchParts {
    // One for the requests with frames, and one for those that wait; both lead to the batch URL.
    net::Route route;
    net::Route waiting_route;
    std::function<BatchHello()> hello;                  // of this moment
    std::function<base::Result<base::Secret>()> bearer; // a new token for each request
    // The requests run in it until the channel has ended; its owner outlives it.
    net::TaskScope& tasks;
    BatchLimits limits;
};

// Dials, and gives a channel whose messages travel as lines of HTTPS requests and their answers: at most two
// requests are under way, one that carries what is sent, and one that waits for what comes down. A refusal by
// HTTP status is received as the bye that it stands for. Errors: those of net::dial. `trace` must outlive the
// call.
asio::awaitable<base::Result<std::unique_ptr<net::Channel>>> open_batches(BatchParts parts,
                                                                          net::Trace& trace);

} // namespace mizo::relay
