#include "daemon/cli/commands.hpp"

#include <ostream>

namespace mizo::cli {

// Here the package owns the service. Nothing is done, and the exit status says so: no script may take it for
// a service that was installed or started.
Exit service_command(Context& context)
{
    context.console.err
        << "On Linux the package does this: it has installed the systemd unit mizo-relay.service,\n"
           "made the account mizo-relay, /etc/mizo-relay and /var/lib/mizo-relay; removing the\n"
           "package takes the unit away again. Nothing was done now. The service is led by:\n"
           "  systemctl enable --now mizo-relay    start it now and at each boot\n"
           "  systemctl stop mizo-relay            stop it\n"
           "  systemctl status mizo-relay          how it is\n"
           "  journalctl -u mizo-relay             what it says\n";
    return Exit::failed;
}

} // namespace mizo::cli
