#pragma once

#include "daemon/base/result.hpp"
#include "daemon/web/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mizo::halo_api {

namespace asio = boost::asio;

// Whom a call is made for: shown on the admin page, and the order in which calls get what the rate limit
// leaves.
enum class Purpose { agent, tab, test_ticket, check, alert, reconcile, poll };

using Query = std::vector<std::pair<std::string, std::string>>; // not yet percent-encoded

struct Call {
    Purpose purpose = Purpose::check;
    std::string method = "GET"; // GET, POST or DELETE: HaloPSA has no other
    std::string path;           // below the API root, as "/Tickets/4242"; only what is_api_path takes
    Query query;
    std::string body;                           // JSON; with POST
    std::optional<std::int64_t> ticket;         // what it is about, for the log of calls
    std::chrono::milliseconds deadline{15'000}; // all of it: waiting for the rate limit, token, answer
    std::size_t body_max = 4 * 1024 * 1024;     // of the answer
};

struct Answer {
    int status = 0; // any: a refusal of HaloPSA's is an answer too, which halo::api_error explains
    web::Headers headers;
    std::string body;
    std::chrono::milliseconds took{0};

    bool ok() const { return status >= 200 && status < 300; }
};

// HaloPSA's API, with the credentials that stay on this machine.
class Api {
public:
    virtual ~Api() = default;

    // One call, with a token that is fetched, renewed and (once, after a 401) replaced as needed. It is never
    // repeated otherwise: whether that is safe is the caller's to know. Cancelling the coroutine ends it.
    // Errors: unavailable "halo_not_configured" (address or credentials are missing); invalid
    // "halo_path_refused" (the network was not touched); unauthorised "halo_credentials_refused"; timeout
    // "halo_timeout" (the call may have been done); unreachable "halo_unreachable" (it was not); tls
    // "halo_tls"; rate_limited "halo_rate_limited"; too_large "halo_answer_too_large"; malformed
    // "halo_answer_unexpected".
    virtual asio::awaitable<base::Result<Answer>> call(Call call) = 0;
};

} // namespace mizo::halo_api
