#include "systemd/notify.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <sys/stat.h>

namespace mizo::systemd {

namespace {

// A line break would begin another assignment of the protocol.
std::string one_line(const std::string& text)
{
    return text.substr(0, text.find_first_of("\r\n"));
}

// Lost notifications are systemd's to notice; there is nobody else to tell.
void notify(const std::string& state)
{
    static_cast<void>(sd_notify(0, state.c_str()));
}

} // namespace

void notify_ready(const std::string& status)
{
    notify("READY=1\nSTATUS=" + one_line(status));
}

void notify_stopping()
{
    notify("STOPPING=1\nSTATUS=Stopping");
}

std::optional<std::chrono::microseconds> watchdog_interval()
{
    std::uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0) return {};
    return std::chrono::microseconds{limit_us} / 2;
}

void notify_watchdog()
{
    notify("WATCHDOG=1");
}

bool under_journal()
{
    // JOURNAL_STREAM is "device:inode" of the stream; it is inherited, so it may no longer be our standard
    // error.
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || fstat(2, &status) != 0) return false;
    return std::string_view{stream} == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

} // namespace mizo::systemd
