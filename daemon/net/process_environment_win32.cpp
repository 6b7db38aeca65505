#include "daemon/base/environment.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/base/windows_win32.hpp"
#include "daemon/net/proxy.hpp"

#include <algorithm>
#include <array>
#include <winhttp.h>

namespace mizo::net {

namespace {

struct MachineProxy {
    std::string proxy;    // "host:port"; empty: none
    std::string bypassed; // as NO_PROXY
};

std::string taken(LPWSTR text)
{
    if (text == nullptr) return {};
    std::string copy = base::utf8(text);
    ::GlobalFree(text);
    return copy;
}

// "proxy:8080" for every protocol, or "http=a:80;https=b:443".
std::string for_https(const std::string& list)
{
    if (list.find('=') == std::string::npos) return list.substr(0, list.find_first_of("; "));
    const auto at = list.find("https=");
    if (at == std::string::npos) return {};
    const auto begin = at + std::string_view{"https="}.size();
    return list.substr(begin, list.find_first_of("; ", begin) - begin);
}

// What "netsh winhttp set proxy" has set for services.
MachineProxy machine_proxy()
{
    WINHTTP_PROXY_INFO found{};
    if (!::WinHttpGetDefaultProxyConfiguration(&found)) return {};
    const std::string proxy = taken(found.lpszProxy);
    std::string bypassed = taken(found.lpszProxyBypass);
    if (found.dwAccessType != WINHTTP_ACCESS_TYPE_NAMED_PROXY) return {};
    std::replace(bypassed.begin(), bypassed.end(), ';', ',');
    return {for_https(proxy), std::move(bypassed)};
}

bool is_set(const char* name)
{
    return !base::environment_variable(name).empty();
}

} // namespace

// Where no variable names a proxy, the machine's own setting answers as if it were one.
Environment process_environment()
{
    return [](std::string_view name) {
        const std::string value = base::environment_variable(std::string{name});
        if (!value.empty() || (name != "ALL_PROXY" && name != "NO_PROXY")) return value;
        if (is_set("HTTPS_PROXY") || is_set("ALL_PROXY")) return value; // their case does not matter here
        const MachineProxy machine = machine_proxy();
        return name == "ALL_PROXY" ? machine.proxy : machine.bypassed;
    };
}

} // namespace mizo::net
