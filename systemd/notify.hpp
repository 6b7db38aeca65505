#pragma once

#include <chrono>
#include <optional>
#include <string>

// What the daemon tells systemd (sd_notify(3)). Under no service manager all of it does nothing.
namespace mizo::systemd {

// The listeners are open and the store is writable; `status` is shown by systemctl status.
void notify_ready(const std::string& status);

// The orderly stop has begun.
void notify_stopping();

// How often systemd wants to hear notify_watchdog: half of WatchdogSec, so that one late call is forgiven.
// Empty where nobody watches.
std::optional<std::chrono::microseconds> watchdog_interval();

// Only to be called while the loop turns and the store answers: silence is what makes systemd restart us.
void notify_watchdog();

// Whether standard error is the journal, so that lines carry a priority and no time of their own.
bool under_journal();

} // namespace mizo::systemd
