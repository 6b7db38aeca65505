#pragma once

#include <boost/asio/signal_set.hpp>

namespace mizo::app {

// Has `signals` hear what asks for an orderly stop from a terminal or by the system, and has no other signal
// of every day end the process.
void listen_for_stop(boost::asio::signal_set& signals);

} // namespace mizo::app
