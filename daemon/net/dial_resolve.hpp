#pragma once

#include "daemon/net/dial.hpp"

namespace mizo::net {

struct Resolved {
    std::vector<asio::ip::address> addresses;
    std::string reason; // where there are none
    bool timed_out = false;
};

// The addresses of `host`, which may be an address itself; within the route's limit.
asio::awaitable<Resolved> resolve(std::string host, const Route& route);

} // namespace mizo::net
