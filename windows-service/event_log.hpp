#pragma once

#include "daemon/base/log.hpp"

#include <memory>
#include <string>

// Windows' Event Log: what whoever looks after the machine sees first, and what monitoring reads.
namespace mizo::windows_service {

// Makes our source known, or says the same again; false: GetLastError has the reason.
bool register_event_source();
// Forgets it; true as well where it was not known.
bool unregister_event_source();

// Writes one event. What Windows does not take is lost: there is nobody else to tell.
void report_event(base::Level level, const std::string& text);

// The warnings and errors of the log, as events.
std::unique_ptr<base::LogSink> make_event_log_sink();

} // namespace mizo::windows_service
