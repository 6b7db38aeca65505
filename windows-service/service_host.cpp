#include "windows-service/service_host.hpp"

#include "daemon/base/file_sink.hpp"
#include "daemon/base/wide_win32.hpp"
#include "windows-service/event_log.hpp"
#include "windows-service/service_names.hpp"

#include <stdexcept>

namespace mizo::windows_service {

namespace {

// An old database may be copied and brought up to date first.
constexpr DWORD start_wait_ms = 5 * 60'000;
constexpr DWORD stop_wait_ms = 60'000;

} // namespace

ServiceHost::ServiceHost() : manager_{::RegisterServiceCtrlHandlerExW(service_name, control, this)}
{
    if (manager_ == nullptr)
        throw std::runtime_error{"the service manager does not listen: " + base::system_text()};
    status_.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    tell(SERVICE_START_PENDING, start_wait_ms);
}

void ServiceHost::ready(const std::string& text)
{
    tell(SERVICE_RUNNING);
    report_event(base::Level::info, "Mizo Relay runs: " + text);
}

void ServiceHost::stopping()
{
    tell(SERVICE_STOP_PENDING, stop_wait_ms);
}

std::unique_ptr<base::LogSink> ServiceHost::make_log_sink()
{
    return make_event_log_sink();
}

std::unique_ptr<base::LogSink> ServiceHost::make_file_sink(const std::filesystem::path& data_dir)
{
    return base::make_file_sink(data_dir / "mizo-relay.log");
}

void ServiceHost::on_stop(std::function<void()> told)
{
    const std::lock_guard lock{mutex_};
    on_stop_ = std::move(told);
    if (on_stop_ && stop_wanted_) on_stop_();
}

void ServiceHost::stopped(int status)
{
    if (status == 0)
        report_event(base::Level::info, "Mizo Relay has stopped in good order.");
    else
        report_event(base::Level::error,
                     "Mizo Relay could not start or go on; the events before this one and "
                     "mizo-relay.log in its data directory say why.");
    // Not 0: the manager takes it for a failure, and starts the service again.
    status_.dwWin32ExitCode = status == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
    status_.dwServiceSpecificExitCode = static_cast<DWORD>(status);
    tell(SERVICE_STOPPED);
}

DWORD WINAPI ServiceHost::control(DWORD what, DWORD, void*, void* self)
{
    switch (what) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_PRESHUTDOWN: static_cast<ServiceHost*>(self)->want_stop(); return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE: return NO_ERROR;
    default: return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

// On a thread of the manager's.
void ServiceHost::want_stop()
{
    tell(SERVICE_STOP_PENDING, stop_wait_ms);
    const std::lock_guard lock{mutex_};
    stop_wanted_ = true;
    if (on_stop_) on_stop_();
}

void ServiceHost::tell(DWORD state, DWORD wait_ms)
{
    const std::lock_guard lock{mutex_};
    const bool already = status_.dwCurrentState == state;
    status_.dwCurrentState = state;
    status_.dwControlsAccepted =
        state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0;
    status_.dwWaitHint = wait_ms;
    status_.dwCheckPoint = wait_ms == 0 ? 0 : already ? status_.dwCheckPoint + 1 : 1;
    ::SetServiceStatus(manager_, &status_);
}

} // namespace mizo::windows_service
