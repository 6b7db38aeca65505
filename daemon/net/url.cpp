#include "daemon/net/url.hpp"

#include "daemon/net/url_port.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <charconv>

namespace mizo::net {

namespace {

constexpr std::size_t url_max = 2'048;

struct Scheme {
    std::string_view name;
    bool secure;
    std::uint16_t port;
};
constexpr Scheme schemes[] = {
    {"https", true, 443}, {"wss", true, 443}, {"http", false, 80}, {"ws", false, 80}};

base::Error wrong(std::string text)
{
    return base::Error{base::Errc::invalid, "value_url", std::move(text)};
}

std::string lower(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

const Scheme* find_scheme(std::string_view name)
{
    const auto* found =
        std::find_if(std::begin(schemes), std::end(schemes), [&](const Scheme& s) { return s.name == name; });
    return found == std::end(schemes) ? nullptr : found;
}

// A name of the DNS as it is written in addresses. Percent-encoded and international forms are refused: what
// they would become is not what the admin reads.
bool is_plain_name(std::string_view host)
{
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.') return false;
    if (host.find("..") != host.npos) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

// A name whose last label is a number is read as an IPv4 address by resolvers ("127.1", "2130706433").
bool ends_in_number(std::string_view host)
{
    const auto label = host.substr(host.rfind('.') + 1);
    return std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
           label.starts_with("0x");
}

base::Result<std::string> host_of(const boost::urls::url_view& url)
{
    if (url.host_type() == boost::urls::host_type::ipvfuture) return wrong("The address has no usable host.");
    if (url.host_type() == boost::urls::host_type::ipv6) {
        boost::system::error_code failed;
        const std::string text{url.host_address()};
        const auto address = boost::asio::ip::make_address_v6(text, failed);
        if (failed) return wrong("The address has no usable host.");
        return address.to_string();
    }
    const std::string_view written{url.encoded_host().data(), url.encoded_host().size()};
    std::string host = lower(written);
    const bool ipv4 = url.host_type() == boost::urls::host_type::ipv4;
    if (!ipv4 && (!is_plain_name(host) || ends_in_number(host)))
        return wrong("The address has no usable host.");
    return host;
}

} // namespace

std::optional<std::uint16_t> usable_port(const boost::urls::url_view& url, std::uint16_t fallback)
{
    if (!url.has_port()) return fallback;
    // Boost.URL's number wraps around at 65,536.
    const auto text = url.port();
    unsigned number = 0;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || stop != text.data() + text.size() || number == 0 || number > 65'535)
        return std::nullopt;
    return static_cast<std::uint16_t>(number);
}

base::Result<Url> parse_url(std::string_view text)
{
    if (text.size() > url_max) return wrong("The address is longer than 2,048 bytes.");
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return wrong("The address is not a URL.");
    const auto& url = *parsed;
    const auto scheme_text = lower({url.scheme().data(), url.scheme().size()});
    const Scheme* scheme = find_scheme(scheme_text);
    if (!scheme || !url.has_authority()) return wrong("The address must begin with https:// or wss://.");
    if (url.has_userinfo()) return wrong("The address must not hold a user name or password.");
    if (url.has_fragment()) return wrong("The address must not have a part after '#'.");
    // Boost.URL 1.81 reads "127.0.0.1.example" as the host 127.0.0.1 with the path ".example".
    if (!url.encoded_path().empty() && url.encoded_path().front() != '/')
        return wrong("The address has no usable host.");
    auto host = host_of(url);
    if (!host) return host.error();
    const auto port = usable_port(url, scheme->port);
    if (!port) return wrong("The address has no usable port.");
    if (!scheme->secure && !is_loopback_host(*host))
        return wrong("Without TLS only an address of this machine can be used: write https:// or wss://.");
    const std::string target{url.encoded_target().data(), url.encoded_target().size()};
    return Url{scheme->secure, *host, *port, target.starts_with('/') ? target : "/" + target};
}

bool is_loopback_host(std::string_view host)
{
    if (host == "localhost") return true;
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(std::string{host}, failed);
    return !failed && address.is_loopback();
}

std::string Url::authority() const
{
    const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
    return port == (secure ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string Url::shown() const
{
    return (secure ? "https://" : "http://") + authority() + target.substr(0, target.find('?'));
}

} // namespace mizo::net
