#include "daemon/app/startup.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/cli/commands.hpp"
#include "windows-service/event_log.hpp"
#include "windows-service/service_control.hpp"

#include <ostream>

namespace mizo::cli {

namespace {

namespace service = windows_service;

// Quoted: without, a blank in the path lets Windows try other programs first.
std::wstring in_quotes(const std::filesystem::path& path)
{
    return L"\"" + path.native() + L"\"";
}

std::filesystem::path this_program()
{
    std::wstring path(32'768, L'\0'); // the longest of Windows
    path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

// What was said of configuration and data here is said to the service as well.
std::wstring command_line(const Context& context)
{
    std::wstring line = in_quotes(this_program()) + L" run";
    if (context.given.has("config"))
        line += L" --config " + in_quotes(std::filesystem::absolute(context.config_file));
    if (context.given.has("data-dir"))
        line += L" --data-dir " + in_quotes(std::filesystem::absolute(context.data_dir));
    return line;
}

void install(Context& context)
{
    if (const auto ready = app::prepare_data_dir(context.data_dir); !ready)
        throw Stop{Exit::failed, ready.error().text()};
    auto refused = service::install(command_line(context));
    if (!service::register_event_source())
        refused.push_back("the Event Log's source was refused by this Windows: " + base::system_text());
    context.console.out << "The service MizoRelay is installed; its data lies in "
                        << context.data_dir.string() << ".\nStart it with: mizo-relay service start\n";
    for (const std::string& sentence : refused) context.console.err << "Note: " << sentence << ".\n";
}

void uninstall(Context& context)
{
    const bool was_there = service::uninstall();
    if (!service::unregister_event_source())
        context.console.err << "Note: the Event Log's source is still there: " << base::system_text()
                            << ".\n";
    context.console.out << (was_there ? "The service is removed.\n" : "There was no service.\n")
                        << "The data stays in " << context.data_dir.string() << ".\n";
}

void start(Context& context)
{
    service::start();
    context.console.out << "The service runs.\n";
}

void stop(Context& context)
{
    service::stop();
    context.console.out << "The service has stopped.\n";
}

// What a person can do about it.
std::string advice(const service::Refused& refused)
{
    switch (refused.failure()) {
    case ERROR_ACCESS_DENIED: return "\nRun this command as an administrator.";
    case ERROR_SERVICE_DOES_NOT_EXIST: return "\nInstall it with: mizo-relay service install";
    case ERROR_PROCESS_ABORTED:
    case ERROR_SERVICE_REQUEST_TIMEOUT: return "\nWhy is in the Event Log, under Application, MizoRelay.";
    default: return "";
    }
}

} // namespace

Exit service_command(Context& context)
{
    const std::string what = context.given.operands.empty() ? "" : context.operand(0);
    const auto deed = what == "install"     ? install
                      : what == "uninstall" ? uninstall
                      : what == "start"     ? start
                      : what == "stop"      ? stop
                                            : nullptr;
    if (deed == nullptr)
        throw Stop{Exit::usage, "service is followed by one of: install, uninstall, start, stop"};
    try {
        deed(context);
    } catch (const service::Refused& refused) {
        throw Stop{Exit::failed, refused.what() + advice(refused)};
    }
    return Exit::done;
}

} // namespace mizo::cli
