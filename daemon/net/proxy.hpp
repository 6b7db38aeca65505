#pragma once

#include "daemon/base/secret.hpp"
#include "daemon/net/url.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::net {

// An HTTP proxy that is asked for a tunnel with CONNECT.
struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    base::Secret authorization; // value of Proxy-Authorization; empty: none

    // "host:port", never the credentials.
    std::string shown() const;
    Proxy copy() const { return Proxy{host, port, authorization.copy()}; }
};

// "Basic ..." of "user:password" (RFC 7617).
base::Secret basic_authorization(const base::Secret& credentials);

// "http://[user:password@]host[:port][/]" or "host:port"; user and password may be percent-encoded.
// Errors: invalid "value_url", whose text holds nothing of what was given.
base::Result<Proxy> parse_proxy(std::string_view text);

// The value of an environment variable; empty where it is not set. The process's own: on Windows, where no
// variable names a proxy, what is set for services (netsh winhttp) answers for ALL_PROXY and NO_PROXY.
using Environment = std::function<std::string(std::string_view name)>;
Environment process_environment();

// Whether NO_PROXY's list (separated by commas or blanks) names the target: "*", a host, a domain with
// everything below it ("example.com" and ".example.com"), each with an optional port.
bool bypasses_proxy(std::string_view no_proxy, const Url& target);

// Which proxy leads to the target: none to a loopback address; else the setting (as `link.proxy`); else
// https_proxy or all_proxy, in lower case or upper case, unless no_proxy names the target.
// Errors: those of parse_proxy.
base::Result<std::optional<Proxy>> choose_proxy(const Url& target, std::string_view setting,
                                                const Environment& environment);

} // namespace mizo::net
