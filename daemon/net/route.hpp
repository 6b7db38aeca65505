#pragma once

#include "daemon/net/dial.hpp"

#include <string>

namespace mizo::net {

// How an admin says that a server is reached.
struct RouteSettings {
    std::string proxy; // "http://host:port" or "none"; empty: from the environment
    std::string proxy_user;
    base::Secret proxy_password;
    std::string ca_file; // extra trust, PEM; empty: the system's alone

    RouteSettings copy() const { return {proxy, proxy_user, proxy_password.copy(), ca_file}; }
};

// The way to a URL, through the proxy that leads there. `tls` may come from an earlier route with the same
// settings: reading the system's trust store takes a while; null: it is read where the URL needs it.
// Errors: those of parse_url, choose_proxy and make_client_tls.
base::Result<Route> make_route(const std::string& url, const RouteSettings& settings,
                               TlsContext tls = nullptr);

} // namespace mizo::net
