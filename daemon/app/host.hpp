#pragma once

#include "daemon/base/log.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
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
    // Where the log goes from its first line on.
    virtual std::unique_ptr<base::LogSink> make_log_sink() = 0;
    // Where it goes as well once the data directory is known to be ours; nullptr: nowhere.
    virtual std::unique_ptr<base::LogSink> make_file_sink(const std::filesystem::path&) { return nullptr; }
    // Has `told` called, on a thread of the host's, when the host wants an orderly stop; an empty one: no
    // more. A terminal and systemd send a signal instead.
    virtual void on_stop(std::function<void()>) {}
};

// Runs `daemon` under whatever started this process; its exit status.
int run_in_host(const std::function<int(Host&)>& daemon);

} // namespace mizo::app
