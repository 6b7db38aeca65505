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
    std::unique_ptr<base::LogSink> make_log_sink() override
    {
        return base::make_stderr_sink(systemd::under_journal());
    }
};

} // namespace

int run_in_host(const std::function<int(Host&)>& daemon)
{
    SystemdHost host;
    return daemon(host);
}

} // namespace mizo::app
