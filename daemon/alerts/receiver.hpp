#pragma once

#include "daemon/base/result.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/net/route.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace mizo::alerts {

namespace asio = boost::asio;

// What the receiver of alerts answered.
struct Answered {
    int status = 0;
    std::optional<std::chrono::milliseconds> retry_after;
};

// Where alerts are posted. An interface, so that telling is tested without a network.
class Receiver {
public:
    virtual ~Receiver() = default;
    // One post; redirects are answers like any other. The URL is a secret, and in no error. Errors:
    // unreachable, timeout, tls and others of net::fetch.
    virtual asio::awaitable<base::Result<Answered>> post(std::string url, std::string body) = 0;
    // How it is reached, from now on.
    virtual void set_way(net::RouteSettings way) = 0;
    // Ends what is in hand; later posts end at once.
    virtual void stop() = 0;
};

// Alerts leave as the link does: by its proxy and its extra trust.
net::RouteSettings way_out(const config::Settings& settings);
std::unique_ptr<Receiver> make_http_receiver(net::RouteSettings way);

} // namespace mizo::alerts
