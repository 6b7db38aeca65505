#include "daemon/config/address.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <vector>

namespace mizo::config {

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// The whole text as a number with at most `digits` digits; no sign, no leading zeros but "0" itself.
std::optional<unsigned> number(std::string_view text, int base, std::size_t digits)
{
    if (text.empty() || text.size() > digits) return {};
    if (base == 10 && text.size() > 1 && text.front() == '0') return {};
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

std::optional<IpAddress> parse_v4(std::string_view text)
{
    IpAddress address;
    std::copy(v4_prefix.begin(), v4_prefix.end(), address.bytes.begin());
    for (std::size_t i = 12; i < 16; ++i) {
        const auto dot = i == 15 ? text.size() : text.find('.');
        if (dot == std::string_view::npos) return {};
        const auto part = number(text.substr(0, dot), 10, 3);
        if (!part || *part > 255) return {};
        address.bytes[i] = static_cast<std::uint8_t>(*part);
        text.remove_prefix(i == 15 ? dot : dot + 1);
    }
    return address;
}

// The groups of one side of "::", as bytes; the last group may be an IPv4 address.
std::optional<std::vector<std::uint8_t>> parse_groups(std::string_view text)
{
    std::vector<std::uint8_t> bytes;
    while (!text.empty()) {
        const auto colon = text.find(':');
        const auto group = text.substr(0, colon);
        if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto v4 = parse_v4(group);
            if (!v4) return {};
            bytes.insert(bytes.end(), v4->bytes.begin() + 12, v4->bytes.end());
            return bytes;
        }
        const auto value = number(group, 16, 4);
        if (!value) return {};
        bytes.push_back(static_cast<std::uint8_t>(*value >> 8U));
        bytes.push_back(static_cast<std::uint8_t>(*value & 0xffU));
        if (colon == std::string_view::npos) return bytes;
        text.remove_prefix(colon + 1);
        if (text.empty()) return {}; // it ends with a single colon
    }
    return bytes;
}

std::optional<IpAddress> parse_v6(std::string_view text)
{
    IpAddress address;
    const auto gap = text.find("::");
    const auto front = parse_groups(text.substr(0, gap));
    if (!front) return {};
    if (gap == std::string_view::npos) {
        if (front->size() != 16) return {};
        std::copy(front->begin(), front->end(), address.bytes.begin());
        return address;
    }
    const auto back = parse_groups(text.substr(gap + 2));
    if (!back || front->size() + back->size() > 14) return {};
    std::copy(front->begin(), front->end(), address.bytes.begin());
    std::copy_backward(back->begin(), back->end(), address.bytes.end());
    return address;
}

} // namespace

bool IpAddress::is_v4() const
{
    return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const
{
    if (is_v4()) return bytes[12] == 127;
    return std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t b) { return b == 0; }) &&
           bytes.back() == 1;
}

std::optional<IpAddress> parse_ip(std::string_view text)
{
    return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    const auto port = number(text.substr(colon + 1), 10, 5);
    if (!port || *port > 0xffff) return {};

    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    // Without brackets, nobody can tell where an IPv6 address ends and the port begins.
    if (bracketed != (host.find(':') != std::string_view::npos)) return {};
    const auto address = parse_ip(host);
    if (!address) return {};
    return ListenAddress{std::string{host}, static_cast<std::uint16_t>(*port), address->is_loopback()};
}

} // namespace mizo::config
