#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::config {

// The address of a service, as far as an admin may write one: scheme, host, port and path; never a user name,
// a password, a query or a fragment.
struct Url {
    std::string scheme; // in lower case
    std::string host;   // in lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string path; // "/" or "/halo"; never ends with a slash but for "/" itself

    bool secure() const { return scheme == "https" || scheme == "wss"; }
    // A numeric loopback address, or "localhost".
    bool loopback() const;
    // "host" or "host:port", as a Host header or an Origin has it.
    std::string authority() const;
    std::string text() const;
};

// Schemes http, https, ws and wss.
std::optional<Url> parse_url(std::string_view text);

} // namespace mizo::config
