#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>

namespace mizo::net {

namespace asio = boost::asio;

// Tells when this machine gets an address or a route that it did not have: then it is worth trying to connect
// at once. Ends when it is cancelled, and at once where the system does not tell.
asio::awaitable<void> watch_network(std::function<void()> on_up);

} // namespace mizo::net
