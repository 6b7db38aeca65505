#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/net/route.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace mizo::halo_api {

namespace asio = boost::asio;

struct Outgoing {
    std::string url;
    std::string method = "GET";
    web::Headers headers;
    std::string body;
    std::size_t body_max = 1024 * 1024;
    std::chrono::milliseconds limit{15'000}; // all of it, from the name's lookup to the answer's last byte
};

struct Sent {
    // A failure is one of halo::api_fault's: halo_unreachable (nothing was asked), halo_tls (likewise),
    // halo_timeout (it may have been done), halo_answer_too_large, halo_answer_unexpected, halo_stopped.
    base::Result<net::HttpAnswer> answer;
    std::optional<net::Message> advice;                   // for the admin, where it failed
    std::optional<std::chrono::milliseconds> retry_after; // as the answer's head says
};

// Brings requests to one HaloPSA and answers back, in HaloPSA's own terms. A redirection is an answer like
// any other. On the loop's thread only.
class Transport {
public:
    explicit Transport(const base::Clock& clock) : clock_{clock} {}

    void use(net::RouteSettings way);
    // Ends early, with halo_stopped, when `abort` fires.
    asio::awaitable<Sent> send(Outgoing out, std::shared_ptr<net::Abort> abort);

private:
    base::Result<net::Route> route_to(const std::string& url);

    const base::Clock& clock_;
    net::RouteSettings way_;
    net::TlsContext tls_;
    base::SteadyTime tls_read_{};
};

} // namespace mizo::halo_api
