#include "daemon/base/environment.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/base/windows_win32.hpp"

#include <memory>
#include <shellapi.h>

namespace mizo::base {

std::vector<std::string> process_arguments(int, char**)
{
    int count = 0;
    const std::unique_ptr<LPWSTR, decltype(&::LocalFree)> given{
        ::CommandLineToArgvW(::GetCommandLineW(), &count), &::LocalFree};
    std::vector<std::string> arguments;
    for (int at = 0; at < count; ++at) arguments.push_back(utf8(given.get()[at]));
    return arguments;
}

std::string environment_variable(const std::string& name)
{
    const std::wstring wide_name = wide(name);
    std::wstring value;
    // It may have grown between two calls.
    for (DWORD size = 256; size > value.size();) {
        value.resize(size);
        size = ::GetEnvironmentVariableW(wide_name.c_str(), value.data(), static_cast<DWORD>(value.size()));
        if (size < value.size()) {
            value.resize(size);
            break;
        }
    }
    return utf8(value);
}

std::vector<std::string> environment_variables()
{
    const std::unique_ptr<wchar_t, decltype(&::FreeEnvironmentStringsW)> block{::GetEnvironmentStringsW(),
                                                                               &::FreeEnvironmentStringsW};
    std::vector<std::string> all;
    for (const wchar_t* at = block.get(); at && *at;) {
        const std::wstring_view variable{at};
        all.push_back(utf8(variable));
        at += variable.size() + 1;
    }
    return all;
}

} // namespace mizo::base
