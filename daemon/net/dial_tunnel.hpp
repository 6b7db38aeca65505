#pragma once

#include "daemon/net/dial.hpp"
#include "daemon/net/dial_message.hpp"

namespace mizo::net {

// The head of a proxy's answer to CONNECT, up to and with the empty line. 0: it is no HTTP/1 answer.
int status_of_head(std::string_view head);

// Asks the proxy at the other end of the socket for a tunnel to the route's host. The caller's deadline
// closes the socket, which ends this with an error.
asio::awaitable<std::optional<Fault>> open_tunnel(asio::ip::tcp::socket& socket, const Route& route,
                                                  Trace& trace);

} // namespace mizo::net
