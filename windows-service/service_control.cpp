#include "windows-service/service_control.hpp"

#include "daemon/base/wide_win32.hpp"
#include "windows-service/service_names.hpp"

#include <array>
#include <chrono>
#include <thread>

namespace mizo::windows_service {

namespace {

using namespace std::chrono_literals;

constexpr DWORD preshutdown_ms = 60'000;
constexpr DWORD day_s = 24 * 60 * 60;
constexpr auto start_limit = 90s;
constexpr auto stop_limit = 90s;
constexpr auto look_every = 200ms;

ServiceHandle open_manager(DWORD access)
{
    ServiceHandle manager{::OpenSCManagerW(nullptr, nullptr, access)};
    if (!manager) throw Refused{"the service manager cannot be opened", ::GetLastError()};
    return manager;
}

// Nothing where there is no such service.
ServiceHandle find_service(DWORD access)
{
    const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT);
    ServiceHandle service{::OpenServiceW(manager.get(), service_name, access)};
    if (!service && ::GetLastError() != ERROR_SERVICE_DOES_NOT_EXIST)
        throw Refused{"the service cannot be opened", ::GetLastError()};
    return service;
}

ServiceHandle open_service(DWORD access)
{
    ServiceHandle service = find_service(access);
    if (!service) throw Refused{"the service is not installed", ERROR_SERVICE_DOES_NOT_EXIST};
    return service;
}

SERVICE_STATUS_PROCESS status_of(const ServiceHandle& service)
{
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    if (!::QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                                sizeof status, &size))
        throw Refused{"the service does not say how it is", ::GetLastError()};
    return status;
}

void wait_until(const ServiceHandle& service, DWORD state, std::chrono::seconds limit)
{
    for (std::chrono::milliseconds waited{}; waited < limit; waited += look_every) {
        const DWORD now = status_of(service).dwCurrentState;
        if (now == state) return;
        if (now == SERVICE_STOPPED) throw Refused{"the service has ended at once", ERROR_PROCESS_ABORTED};
        std::this_thread::sleep_for(look_every);
    }
    throw Refused{"the service takes too long", ERROR_SERVICE_REQUEST_TIMEOUT};
}

ServiceHandle create_or_change(const std::wstring& command_line)
{
    const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    ServiceHandle service{::CreateServiceW(manager.get(), service_name, display_name, SERVICE_ALL_ACCESS,
                                           SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                           SERVICE_ERROR_NORMAL, command_line.c_str(), nullptr, nullptr,
                                           nullptr, account_name, nullptr)};
    if (service) return service;
    if (::GetLastError() != ERROR_SERVICE_EXISTS)
        throw Refused{"the service cannot be made", ::GetLastError()};
    service.reset(::OpenServiceW(manager.get(), service_name, SERVICE_ALL_ACCESS));
    if (!service || !::ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                            SERVICE_ERROR_NORMAL, command_line.c_str(), nullptr, nullptr,
                                            nullptr, account_name, nullptr, display_name))
        throw Refused{"the service cannot be changed", ::GetLastError()};
    return service;
}

// One more part of the configuration, each of which an older or another Windows may not know.
class Configuration {
public:
    explicit Configuration(SC_HANDLE service) : service_{service} {}

    void set(DWORD level, void* info, const char* what)
    {
        if (!::ChangeServiceConfig2W(service_, level, info))
            refused_.push_back(std::string{what} + " was refused by this Windows: " + base::system_text());
    }
    std::vector<std::string> refused() && { return std::move(refused_); }

private:
    SC_HANDLE service_;
    std::vector<std::string> refused_;
};

void set_restarts(Configuration& configuration)
{
    std::array<SC_ACTION, 3> actions{
        {{SC_ACTION_RESTART, 2'000}, {SC_ACTION_RESTART, 10'000}, {SC_ACTION_RESTART, 60'000}}};
    SERVICE_FAILURE_ACTIONSW failure{};
    failure.dwResetPeriod = day_s;
    failure.cActions = static_cast<DWORD>(actions.size());
    failure.lpsaActions = actions.data();
    configuration.set(SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "the restart after a failure");
    // Also where it ends by itself and says that it failed.
    SERVICE_FAILURE_ACTIONS_FLAG always{TRUE};
    configuration.set(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &always, "the restart after a failed start");
}

void set_rights(Configuration& configuration)
{
    // Access lists name the service by its SID. Restricted, it could not write what DPAPI keeps in its
    // profile.
    SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
    configuration.set(SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "the service's own SID");
    wchar_t needed[] = L"SeChangeNotifyPrivilege\0"; // which every account has; all others are dropped
    SERVICE_REQUIRED_PRIVILEGES_INFOW privileges{needed};
    configuration.set(SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges, "the short list of privileges");
}

} // namespace

Refused::Refused(const std::string& what, DWORD failure)
    : std::runtime_error{what + ": " + base::system_text(failure)}, failure_{failure}
{}

std::vector<std::string> install(const std::wstring& command_line)
{
    const ServiceHandle service = create_or_change(command_line);
    Configuration configuration{service.get()};
    wchar_t text[] =
        L"Receives HaloPSA's signed webhooks, keeps each on disk until Mizo has it, and relays them.";
    SERVICE_DESCRIPTIONW description{text};
    configuration.set(SERVICE_CONFIG_DESCRIPTION, &description, "the description");
    SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
    configuration.set(SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "the delayed start");
    SERVICE_PRESHUTDOWN_INFO preshutdown{preshutdown_ms};
    configuration.set(SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "the time to stop before a shutdown");
    set_restarts(configuration);
    set_rights(configuration);
    return std::move(configuration).refused();
}

bool uninstall()
{
    if (!find_service(SERVICE_QUERY_STATUS)) return false;
    stop();
    const ServiceHandle service = open_service(DELETE);
    if (!::DeleteService(service.get()) && ::GetLastError() != ERROR_SERVICE_MARKED_FOR_DELETE)
        throw Refused{"the service cannot be removed", ::GetLastError()};
    return true;
}

void start()
{
    const ServiceHandle service = open_service(SERVICE_START | SERVICE_QUERY_STATUS);
    if (!::StartServiceW(service.get(), 0, nullptr) && ::GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
        throw Refused{"the service cannot be started", ::GetLastError()};
    wait_until(service, SERVICE_RUNNING, start_limit);
}

void stop()
{
    const ServiceHandle service = open_service(SERVICE_STOP | SERVICE_QUERY_STATUS);
    SERVICE_STATUS status{};
    if (!::ControlService(service.get(), SERVICE_CONTROL_STOP, &status) &&
        ::GetLastError() != ERROR_SERVICE_NOT_ACTIVE && ::GetLastError() != ERROR_SERVICE_CANNOT_ACCEPT_CTRL)
        throw Refused{"the service cannot be stopped", ::GetLastError()};
    wait_until(service, SERVICE_STOPPED, stop_limit);
}

} // namespace mizo::windows_service
