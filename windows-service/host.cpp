#include "daemon/app/host.hpp"

#include "daemon/base/wide_win32.hpp"
#include "windows-service/event_log.hpp"
#include "windows-service/service_host.hpp"
#include "windows-service/service_names.hpp"

#include <stdexcept>

namespace mizo::app {

namespace {

// A terminal, which asks nothing.
class ConsoleHost final : public Host {
public:
    void ready(const std::string&) override {}
    void stopping() override {}
    std::optional<std::chrono::microseconds> watchdog_interval() const override { return {}; }
    void alive() override {}
    std::unique_ptr<base::LogSink> make_log_sink() override { return base::make_stderr_sink(false); }
};

// What service_main, which Windows calls without any word of ours, is to run.
const std::function<int(Host&)>* daemon_of_service = nullptr;
int status_of_service = 1;

void WINAPI service_main(DWORD, LPWSTR*)
{
    try {
        windows_service::ServiceHost host;
        status_of_service = (*daemon_of_service)(host);
        host.stopped(status_of_service);
    } catch (const std::exception& error) {
        windows_service::report_event(base::Level::error,
                                      std::string{"Mizo Relay cannot run as a service: "} + error.what());
    }
}

} // namespace

int run_in_host(const std::function<int(Host&)>& daemon)
{
    daemon_of_service = &daemon;
    std::wstring name = windows_service::service_name;
    const SERVICE_TABLE_ENTRYW table[] = {{name.data(), service_main}, {nullptr, nullptr}};
    // Comes back when the service has ended, and at once where the service manager did not start us.
    if (::StartServiceCtrlDispatcherW(table)) return status_of_service;
    if (::GetLastError() != ERROR_FAILED_SERVICE_CONTROLLER_CONNECT)
        throw std::runtime_error{"the service manager cannot be reached: " + base::system_text()};
    ConsoleHost host;
    return daemon(host);
}

} // namespace mizo::app
