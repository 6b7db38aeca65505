#include "daemon/app/stop_signals.hpp"

#include <csignal>

namespace mizo::app {

void listen_for_stop(boost::asio::signal_set& signals)
{
    std::signal(SIGPIPE, SIG_IGN);
    signals.add(SIGTERM);
    signals.add(SIGINT);
}

} // namespace mizo::app
