#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mizo::net {

// Where an outbound connection goes.
struct Url {
    bool secure = false; // https or wss
    std::string host;    // lower case, an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string target; // path and query as written, "/" at least

    // What a Host field says: brackets around an IPv6 address, the port unless it is the scheme's own.
    std::string authority() const;
    // "https://host[:port]/path", without the query: for logs and messages.
    std::string shown() const;

    bool operator==(const Url&) const = default;
};

// https and wss; http and ws only to a loopback address ("localhost" counts). No user, no fragment, at most
// 2,048 bytes. Errors: invalid "value_url", whose text says what is wrong.
base::Result<Url> parse_url(std::string_view text);

// "127.0.0.0/8", "::1" or "localhost".
bool is_loopback_host(std::string_view host);

} // namespace mizo::net
