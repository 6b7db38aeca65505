#pragma once

#include "daemon/net/dial_trace.hpp"
#include "daemon/net/outbound_stream.hpp"
#include "daemon/net/proxy.hpp"
#include "daemon/net/tls.hpp"
#include "daemon/net/within.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mizo::net {

// How long each stage may take; `total` bounds them together, the upgrade or the request not counted.
struct DialLimits {
    std::chrono::milliseconds resolve{5'000};
    std::chrono::milliseconds connect{10'000}; // shared out among the addresses, so that each is tried
    std::chrono::milliseconds proxy{10'000};
    std::chrono::milliseconds tls{10'000};
    std::chrono::milliseconds upgrade{10'000};
    std::chrono::milliseconds total{25'000};
};

// Finds the addresses of a name; called on a thread of its own, where it may block. Empty: there are none,
// and `reason` says why.
using ResolveName =
    std::function<std::vector<asio::ip::address>(const std::string& host, std::string& reason)>;
std::vector<asio::ip::address> resolve_by_system(const std::string& host, std::string& reason);

// The way to a server.
struct Route {
    Url url;
    std::optional<Proxy> proxy;
    TlsContext tls; // of make_client_tls; needed where url.secure
    DialLimits limits;
    std::shared_ptr<Abort> abort; // ends the dialling when it fires; may be null
    ResolveName resolve = resolve_by_system;
};

// Addresses that no setting may aim the relay at: link-local, cloud metadata, unspecified, multicast,
// broadcast, and the IPv4-mapped forms of these.
bool is_forbidden_address(const asio::ip::address& address);

// Resolves, connects (each address in turn), asks the proxy for a tunnel, and does the TLS handshake with
// SNI; the peer's chain and name are verified. `route` and `trace` must outlive the call.
// Errors: the code, text and kind of the stage that failed; the trace has its advice.
asio::awaitable<base::Result<std::unique_ptr<OutboundStream>>> dial(const Route& route, Trace& trace);

} // namespace mizo::net
