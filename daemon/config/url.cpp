#include "daemon/config/url.hpp"

#include "daemon/config/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mizo::config {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 4> default_ports{
    {{"https", 443}, {"http", 80}, {"wss", 443}, {"ws", 80}}};

std::uint16_t default_port(std::string_view scheme)
{
    const auto found = std::find_if(default_ports.begin(), default_ports.end(),
                                    [&](const auto& row) { return row.first == scheme; });
    return found == default_ports.end() ? std::uint16_t{0} : found->second;
}

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// A DNS name in lower case, by RFC 1123; a name of digits and dots alone must be an address instead.
bool is_host_name(std::string_view host)
{
    if (host.empty() || host.size() > 253) return false;
    std::size_t label = 0;
    char before = '.';
    for (const char c : host) {
        if (c == '.' ? (label == 0 || before == '-') : !(is_letter_or_digit(c) || (c == '-' && label > 0)))
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > 63) return false;
        before = c;
    }
    const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return before != '-' && before != '.' && (!numeric || parse_ip(host).has_value());
}

// Path characters of RFC 3986, without the dot segments that could leave the path.
bool is_path(std::string_view path)
{
    for (const char c : path)
        if (c <= 0x20 || c == 0x7f || std::string_view{"\"<>\\^`{|}?#"}.find(c) != std::string_view::npos ||
            static_cast<unsigned char>(c) >= 0x80)
            return false;
    return path.find("/../") == std::string_view::npos && path.find("/./") == std::string_view::npos &&
           path.find("//") == std::string_view::npos && !path.ends_with("/..") && !path.ends_with("/.");
}

bool take_port(std::string_view text, Url& url)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 0xffff) return false;
    url.port = static_cast<std::uint16_t>(port);
    return true;
}

bool take_authority(std::string_view authority, Url& url)
{
    std::string_view rest;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return false;
        url.host = lower(authority.substr(1, close - 1));
        rest = authority.substr(close + 1);
        if (url.host.find(':') == std::string::npos || !parse_ip(url.host)) return false;
    } else {
        const auto colon = authority.find(':');
        url.host = lower(authority.substr(0, colon));
        rest = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
        if (!is_host_name(url.host)) return false;
    }
    if (rest.empty()) return true;
    return rest.front() == ':' && take_port(rest.substr(1), url);
}

} // namespace

bool Url::loopback() const
{
    const auto address = parse_ip(host);
    return address ? address->is_loopback() : host == "localhost";
}

std::string Url::authority() const
{
    std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != default_port(scheme)) text += ":" + std::to_string(port);
    return text;
}

std::string Url::text() const
{
    return scheme + "://" + authority() + (path == "/" ? "" : path);
}

std::optional<Url> parse_url(std::string_view text)
{
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return {};
    Url url;
    url.scheme = lower(text.substr(0, colon));
    url.port = default_port(url.scheme);
    if (url.port == 0) return {};
    text.remove_prefix(colon + 3);

    const auto slash = text.find('/');
    if (!take_authority(text.substr(0, slash), url)) return {};
    url.path = slash == std::string_view::npos ? "/" : std::string{text.substr(slash)};
    if (!is_path(url.path)) return {};
    if (url.path.size() > 1 && url.path.ends_with('/')) url.path.pop_back();
    return url;
}

} // namespace mizo::config
