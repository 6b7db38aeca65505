#include "daemon/app/stop_signals.hpp"

#include <csignal>

namespace mizo::app {

// The C library makes them of Ctrl-C and Ctrl-Break; a service is asked by its manager (Host).
void listen_for_stop(boost::asio::signal_set& signals)
{
    signals.add(SIGINT);
    signals.add(SIGBREAK);
}

} // namespace mizo::app
