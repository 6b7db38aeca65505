#include "daemon/app/host.hpp"

#include "systemd/notify.hpp"

namespace mizo::app {

namespace {

// The Linux host: systemd where it started us, else a terminal, which asks nothing.
class SystemdHost final : public Host {
public:
    void ready(const std::string& text) override { systemd::notify_ready(text); }
    void stopping() override { systemd::notify_stopping(); }
    std::optional<std::chrono::microseconds> watchdog_interval() const override
    {
        return systemd::watchdog_interval();
    }
    void alive() override { systemd::notify_watchdog(); }
    bool has_journal() const override { return systemd::under_journal(); }
};

} // namespace

std::unique_ptr<Host> make_host()
{
    return std::make_unique<SystemdHost>();
}

} // namespace mizo::app
