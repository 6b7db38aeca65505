#pragma once

#include <boost/asio/ip/tcp.hpp>

// What each system calls by another name.
namespace mizo::net {

namespace asio = boost::asio;

// For a connection of ours: small writes go at once, and a peer that is gone is noticed within half a minute.
// Each is a help, not a condition: the link has its own heartbeat.
void tune(asio::ip::tcp::socket& socket);

// For a listener: the address can be taken again at once after a restart, and by nobody else meanwhile.
void claim_address(asio::ip::tcp::acceptor& acceptor);

} // namespace mizo::net
