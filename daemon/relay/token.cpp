#include "daemon/relay/token.hpp"

#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/relay/wire_writer.hpp"

#include <algorithm>
#include <cctype>

namespace mizo::relay {

namespace {

using base::Errc;
using base::Error;

constexpr std::int64_t lifetime_s = 300;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t url_bytes = 2048;
constexpr std::size_t host_bytes = 253;

std::string header(const PublicKey& key)
{
    std::string out;
    {
        ObjectWriter object{out};
        object.text("alg", "ES256");
        object.text("typ", "JWT");
        object.text("kid", jwk_thumbprint(key));
    }
    return out;
}

std::string claims_text(const TokenClaims& claims)
{
    const std::int64_t issued = base::to_ms(claims.now) / 1000;
    std::string out;
    {
        ObjectWriter object{out};
        object.text("iss", claims.relay_id);
        object.text("sub", claims.relay_id);
        object.text("aud", claims.audience);
        object.integer("iat", issued);
        object.integer("exp", issued + lifetime_s);
        object.text("jti", claims.jti);
    }
    return out;
}

Error bad_url(std::string text)
{
    return Error{Errc::invalid, "link.url", std::move(text)};
}

struct UrlParts {
    std::string scheme;
    std::string host; // in lower case; of an IPv6 address without the brackets
};

std::string lower(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return out;
}

bool is_port(std::string_view text)
{
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.empty() || text.size() > 5 || !digits) return false;
    const int port = std::stoi(std::string{text});
    return port >= 1 && port <= 65535;
}

bool is_host_name(std::string_view host)
{
    return !host.empty() && host.size() <= host_bytes && std::all_of(host.begin(), host.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
    });
}

bool is_ipv6(std::string_view host)
{
    return host.size() >= 2 && host.size() <= 45 && host.find(':') != std::string_view::npos &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return std::isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.';
           });
}

// "host", "host:port" or "[address]:port" into the host alone.
base::Result<std::string> host_of_authority(std::string_view authority)
{
    std::string_view host = authority;
    std::string_view rest;
    const bool bracketed = authority.starts_with('[');
    if (const auto end = bracketed ? authority.find(']') : authority.find(':');
        end != std::string_view::npos) {
        host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
        rest = authority.substr(bracketed ? end + 1 : end);
    } else if (bracketed) {
        return bad_url("The address in the URL has no closing bracket.");
    }
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
        return bad_url("The port in the URL is not a number from 1 to 65535.");
    if (!(bracketed ? is_ipv6(host) : is_host_name(host))) return bad_url("The URL has no valid host.");
    return lower(host);
}

base::Result<UrlParts> split(std::string_view url)
{
    if (url.size() > url_bytes) return bad_url("The URL is too long.");
    const bool printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!printable) return bad_url("The URL holds a character that does not belong in one.");
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return bad_url("The URL does not begin with wss://.");
    const auto after = url.substr(colon + 3);
    const auto authority = after.substr(0, after.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return bad_url("The URL must not hold a user name.");
    if (after.find('#') != std::string_view::npos) return bad_url("The URL must not hold a fragment.");
    auto host = host_of_authority(authority);
    if (!host) return host.error();
    return UrlParts{lower(url.substr(0, colon)), std::move(*host)};
}

// Digits and dots alone may follow 127: "127.example" is a name that anybody can own.
bool is_loopback(std::string_view host)
{
    const bool address = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "::1" || (address && host.starts_with("127."));
}

} // namespace

std::string jwk(const PublicKey& key)
{
    // The members in this order, and no blanks: RFC 7638 section 3.
    std::string out;
    {
        ObjectWriter object{out};
        object.text("crv", "P-256");
        object.text("kty", "EC");
        object.text("x", key.x);
        object.text("y", key.y);
    }
    return out;
}

std::string jwk_thumbprint(const PublicKey& key)
{
    return certs::base64url(certs::sha256(jwk(key)));
}

base::Result<std::string> bearer_token(const TokenClaims& claims, const PublicKey& key,
                                       const Es256Signer& sign)
{
    auto token = certs::base64url(header(key)) + "." + certs::base64url(claims_text(claims));
    const auto signature = sign(token);
    if (!signature) return signature.error();
    if (signature->size() != signature_bytes)
        return Error{Errc::internal, "link.signature", "The relay could not sign in to the cloud.",
                     "a signature of " + std::to_string(signature->size()) + " bytes"};
    return token + "." + certs::base64url(*signature);
}

base::Result<std::string> host_of(std::string_view url)
{
    auto parts = split(url);
    if (!parts) return parts.error();
    return std::move(parts->host);
}

base::Result<void> check_link_url(std::string_view url)
{
    const auto parts = split(url);
    if (!parts) return parts.error();
    if (parts->scheme == "wss") return {};
    if (parts->scheme == "ws" && is_loopback(parts->host)) return {};
    return bad_url("The URL must begin with wss://; ws:// is for a loopback address only.");
}

} // namespace mizo::relay
