#include "windows-service/event_log.hpp"

#include "daemon/base/wide_win32.hpp"
#include "daemon/base/windows_win32.hpp"
#include "windows-service/service_names.hpp"

namespace mizo::windows_service {

namespace {

const std::wstring source_key =
    std::wstring{L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\"} + service_name;

// Every Windows has this program, whose messages 1 to 1000 are the text they are given; ours need no more.
constexpr std::wstring_view message_file = L"%SystemRoot%\\System32\\EventCreate.exe";
constexpr DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;

struct Kind {
    WORD type;
    DWORD id;
};

// Stable numbers, for filters and for monitoring.
Kind kind_of(base::Level level)
{
    switch (level) {
    case base::Level::error: return {EVENTLOG_ERROR_TYPE, 3};
    case base::Level::warning: return {EVENTLOG_WARNING_TYPE, 2};
    default: return {EVENTLOG_INFORMATION_TYPE, 1};
    }
}

class EventLogSink final : public base::LogSink {
public:
    void write(const base::LogLine& line) override
    {
        if (line.level == base::Level::warning || line.level == base::Level::error)
            report_event(line.level, line.component + ": " + line.text);
    }
};

bool set(HKEY key, const wchar_t* name, DWORD type, const void* value, std::size_t size)
{
    const LSTATUS failed =
        ::RegSetValueExW(key, name, 0, type, static_cast<const BYTE*>(value), static_cast<DWORD>(size));
    ::SetLastError(static_cast<DWORD>(failed));
    return failed == ERROR_SUCCESS;
}

} // namespace

bool register_event_source()
{
    HKEY key = nullptr;
    const LSTATUS failed = ::RegCreateKeyExW(HKEY_LOCAL_MACHINE, source_key.c_str(), 0, nullptr, 0,
                                             KEY_SET_VALUE, nullptr, &key, nullptr);
    ::SetLastError(static_cast<DWORD>(failed));
    if (failed != ERROR_SUCCESS) return false;
    const bool done = set(key, L"EventMessageFile", REG_EXPAND_SZ, message_file.data(),
                          (message_file.size() + 1) * sizeof(wchar_t)) &&
                      set(key, L"TypesSupported", REG_DWORD, &types, sizeof types);
    ::RegCloseKey(key);
    return done;
}

bool unregister_event_source()
{
    const LSTATUS failed = ::RegDeleteKeyW(HKEY_LOCAL_MACHINE, source_key.c_str());
    ::SetLastError(static_cast<DWORD>(failed));
    return failed == ERROR_SUCCESS || failed == ERROR_FILE_NOT_FOUND;
}

void report_event(base::Level level, const std::string& text)
{
    const HANDLE source = ::RegisterEventSourceW(nullptr, service_name);
    if (source == nullptr) return;
    const std::wstring wide = base::wide(text);
    const wchar_t* strings[] = {wide.c_str()};
    const Kind kind = kind_of(level);
    ::ReportEventW(source, kind.type, 0, kind.id, nullptr, 1, 0, strings, nullptr);
    ::DeregisterEventSource(source);
}

std::unique_ptr<base::LogSink> make_event_log_sink()
{
    return std::make_unique<EventLogSink>();
}

} // namespace mizo::windows_service
