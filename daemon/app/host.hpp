#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace mizo::app {

// What the platform that runs the daemon is told, and asks: systemd on Linux, the service manager on
// Windows. The one seam to the platform.
class Host {
public:
    virtual ~Host() = default;
    // Webhooks are accepted from now on; `text` says where, for whoever looks at the service.
    virtual void ready(const std::string& text) = 0;
    virtual void stopping() = 0;
    // How often the host wants to hear that the daemon lives; nothing: it does not ask.
    virtual std::optional<std::chrono::microseconds> watchdog_interval() const = 0;
    virtual void alive() = 0;
    // Whether standard error goes to a log that adds times and levels itself.
    virtual bool has_journal() const = 0;
};

std::unique_ptr<Host> make_host();

} // namespace mizo::app
