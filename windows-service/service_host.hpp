#pragma once

#include "daemon/app/host.hpp"
#include "daemon/base/windows_win32.hpp"

#include <mutex>

namespace mizo::windows_service {

// The daemon as a service: what it does is told to the service manager and to the Event Log, and the
// manager's wish to stop it is passed on.
class ServiceHost final : public app::Host {
public:
    // Begins to speak with the manager. Throws std::runtime_error where it does not listen.
    ServiceHost();

    void ready(const std::string& text) override;
    void stopping() override;
    std::optional<std::chrono::microseconds> watchdog_interval() const override { return {}; }
    void alive() override {}
    std::unique_ptr<base::LogSink> make_log_sink() override;
    std::unique_ptr<base::LogSink> make_file_sink(const std::filesystem::path& data_dir) override;
    void on_stop(std::function<void()> told) override;

    // The daemon has ended with this exit status; the last word to the manager.
    void stopped(int status);

private:
    static DWORD WINAPI control(DWORD what, DWORD, void*, void* self);
    void want_stop();
    void tell(DWORD state, DWORD wait_ms = 0);

    std::mutex mutex_;
    std::function<void()> on_stop_;
    bool stop_wanted_ = false;
    SERVICE_STATUS status_{};
    SERVICE_STATUS_HANDLE manager_ = nullptr;
};

} // namespace mizo::windows_service
