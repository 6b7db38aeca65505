#include "daemon/net/proxy.hpp"

#include "daemon/net/url_port.hpp"

#include <boost/url/parse.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

namespace mizo::net {

namespace {

constexpr std::uint16_t default_port = 8080;
constexpr std::size_t credentials_max = 512;

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

// A pattern of NO_PROXY: "host", ".domain", "*.domain", "[::1]", each with ":port" or without.
bool names(std::string_view pattern, const Url& target)
{
    if (pattern == "*") return true;
    std::string_view host = pattern;
    std::string_view port;
    if (host.starts_with('[') && host.find(']') != host.npos) {
        const auto end = host.find(']');
        port = host.substr(end + 1);
        host = host.substr(1, end - 1);
    } else if (std::count(host.begin(), host.end(), ':') == 1) {
        port = host.substr(host.find(':'));
        host = host.substr(0, host.find(':'));
    }
    if (!port.empty() && port != ":" + std::to_string(target.port)) return false;
    if (host.starts_with("*.")) host.remove_prefix(1);
    if (host.starts_with('.')) host.remove_prefix(1);
    if (host.empty()) return false;
    if (target.host == host) return true;
    const std::string below = "." + std::string{host};
    return target.host.size() > below.size() && target.host.ends_with(below);
}

std::string from(const Environment& environment, std::string_view lower_name, std::string_view upper_name)
{
    auto value = environment(lower_name);
    return value.empty() ? environment(upper_name) : value;
}

} // namespace

base::Secret basic_authorization(const base::Secret& credentials)
{
    const auto text = credentials.reveal();
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    encoded.resize(static_cast<std::size_t>(length));
    base::Secret kept{"Basic " + encoded};
    OPENSSL_cleanse(encoded.data(), encoded.size());
    return kept;
}

std::string Proxy::shown() const
{
    const std::string name = host.find(':') == host.npos ? host : "[" + host + "]";
    return name + ":" + std::to_string(port);
}

base::Result<Proxy> parse_proxy(std::string_view text)
{
    std::string whole{text};
    if (whole.find("://") == whole.npos) whole.insert(0, "http://");
    const auto parsed = boost::urls::parse_uri(whole);
    if (!parsed || parsed->host().empty()) return wrong("The proxy must be written as http://host:port.");
    const auto& url = *parsed;
    if (url.scheme_id() != boost::urls::scheme::http)
        return wrong("Only HTTP proxies can be used: write http://host:port.");
    if ((url.encoded_path() != "" && url.encoded_path() != "/") || url.has_query() || url.has_fragment())
        return wrong("The proxy must be written as http://host:port, without a path.");
    const auto port = usable_port(url, default_port);
    if (!port) return wrong("The proxy has no usable port.");
    Proxy proxy{lower(url.host_address()), *port, {}};
    if (!url.has_userinfo()) return proxy;
    const auto user = url.user();
    if (user.find(':') != user.npos) return wrong("A proxy's user name cannot hold a colon.");
    const base::Secret credentials{user + ":" + url.password()};
    const auto bytes = credentials.reveal();
    const auto is_control = [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; };
    if (bytes.size() > credentials_max || std::any_of(bytes.begin(), bytes.end(), is_control))
        return wrong("The proxy's user name and password cannot be used.");
    proxy.authorization = basic_authorization(credentials);
    return proxy;
}

bool bypasses_proxy(std::string_view no_proxy, const Url& target)
{
    const auto list = lower(no_proxy);
    constexpr std::string_view separators = ", \t";
    std::size_t at = 0;
    while ((at = list.find_first_not_of(separators, at)) != list.npos) {
        const auto end = std::min(list.find_first_of(separators, at), list.size());
        if (names(std::string_view{list}.substr(at, end - at), target)) return true;
        at = end;
    }
    return false;
}

base::Result<std::optional<Proxy>> choose_proxy(const Url& target, std::string_view setting,
                                                const Environment& environment)
{
    // The setting's own word for no proxy, whatever the environment says.
    if (is_loopback_host(target.host) || setting == "none") return std::optional<Proxy>{};
    std::string text{setting};
    if (text.empty() && !bypasses_proxy(from(environment, "no_proxy", "NO_PROXY"), target)) {
        text = from(environment, "https_proxy", "HTTPS_PROXY");
        if (text.empty()) text = from(environment, "all_proxy", "ALL_PROXY");
    }
    if (text.empty()) return std::optional<Proxy>{};
    auto proxy = parse_proxy(text);
    if (!proxy) return proxy.error();
    return std::optional<Proxy>{std::move(*proxy)};
}

} // namespace mizo::net
