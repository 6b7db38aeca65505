#include "daemon/net/dial.hpp"

#include <algorithm>
#include <array>

namespace mizo::net {

namespace {

using asio::ip::address_v4;
using asio::ip::address_v6;

struct Network {
    std::uint32_t address;
    int bits;
};
constexpr Network forbidden_v4[] = {
    {0x00000000, 8},  // "this network", with the unspecified address
    {0xA9FE0000, 16}, // 169.254/16: link-local, and the metadata service of most clouds
    {0x646464C8, 32}, // 100.100.100.200: a cloud's metadata service
    {0xE0000000, 4},  // multicast
    {0xFFFFFFFF, 32}, // broadcast
};

bool is_forbidden_v4(address_v4 address)
{
    return std::any_of(std::begin(forbidden_v4), std::end(forbidden_v4), [&](const Network& network) {
        return (address.to_uint() ^ network.address) >> (32 - network.bits) == 0;
    });
}

// The IPv4 address that an IPv6 address stands for: mapped, compatible (RFC 4291 section 2.5.5), or behind
// NAT64's well-known prefix (RFC 6052).
std::optional<address_v4> embedded_v4(const address_v6& address)
{
    static constexpr std::array<unsigned char, 12> prefixes[] = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, {}, {0, 0x64, 0xFF, 0x9B}};
    const auto bytes = address.to_bytes();
    for (const auto& prefix : prefixes) {
        if (!std::equal(prefix.begin(), prefix.end(), bytes.begin())) continue;
        return address_v4{address_v4::bytes_type{bytes[12], bytes[13], bytes[14], bytes[15]}};
    }
    return std::nullopt;
}

bool is_forbidden_v6(const address_v6& address)
{
    if (address.is_loopback()) return false;
    if (address.is_unspecified() || address.is_multicast() || address.is_link_local()) return true;
    // fd00:ec2::254: a cloud's metadata service.
    static constexpr address_v6::bytes_type metadata{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0,
                                                     0,    0,    0,    0,    0, 0, 2, 0x54};
    if (address.to_bytes() == metadata) return true;
    const auto inner = embedded_v4(address);
    return inner && is_forbidden_v4(*inner);
}

} // namespace

bool is_forbidden_address(const asio::ip::address& address)
{
    return address.is_v4() ? is_forbidden_v4(address.to_v4()) : is_forbidden_v6(address.to_v6());
}

} // namespace mizo::net
