#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::config {

// An IP address as its 16 bytes; IPv4 in the form ::ffff:a.b.c.d, so that one comparison serves both.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool is_v4() const;
    bool is_loopback() const;
    bool operator==(const IpAddress&) const = default;
};

// "127.0.0.1", "::1"; numeric only, without a zone or brackets.
std::optional<IpAddress> parse_ip(std::string_view text);

// Where a listener opens: an address of this machine and a port. Port 0 lets the system choose.
struct ListenAddress {
    std::string host; // numeric, without brackets
    std::uint16_t port = 0;
    bool loopback = false;
};

// "127.0.0.1:8470", "[::1]:8470".
std::optional<ListenAddress> parse_listen_address(std::string_view text);

} // namespace mizo::config
