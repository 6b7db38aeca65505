#include "daemon/admin/gate.hpp"

#include "daemon/web/percent.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

std::string lower(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool origin_is_ours(const AdminAddress& address, const web::RequestHead& head)
{
    if (head.headers.count("Origin") > 1) return false;
    const std::string* origin = head.headers.find("Origin");
    if (origin == nullptr) return true;
    // The Host was found to be ours before; "null" and every other site differ from it.
    const std::string* host = head.headers.find("Host");
    return host != nullptr && *origin == (address.tls ? "https://" : "http://") + lower(*host);
}

// Fetch metadata is set by the browser alone; a client without it is no browser that could be misled.
bool fetch_site_is_ours(const web::RequestHead& head)
{
    if (head.headers.count("Sec-Fetch-Site") > 1) return false;
    const std::string* site = head.headers.find("Sec-Fetch-Site");
    if (site == nullptr || *site == "same-origin") return true;
    if (!is_safe(head.method)) return false;
    // A link from elsewhere may open the page, and an address may be typed; no other site may read the API.
    return *site == "none" || !head.path.starts_with("/api/");
}

bool has_body(const web::Headers& headers)
{
    const std::string* length = headers.find("Content-Length");
    return headers.find("Transfer-Encoding") != nullptr || (length != nullptr && *length != "0");
}

bool is_json_type(std::string_view type)
{
    const auto semicolon = std::min(type.find(';'), type.size());
    std::string_view media = type.substr(0, semicolon);
    while (media.ends_with(' ')) media.remove_suffix(1);
    if (!web::equals_ignoring_case(media, "application/json")) return false;
    std::string parameter = lower(type.substr(semicolon));
    std::erase_if(parameter, [](char c) { return c == ' ' || c == ';' || c == '"'; });
    return parameter.empty() || parameter == "charset=utf-8";
}

bool body_is_json(const web::RequestHead& head)
{
    if (is_safe(head.method)) return true;
    if (head.headers.count("Content-Type") > 1) return false;
    const std::string* type = head.headers.find("Content-Type");
    return type == nullptr ? !has_body(head.headers) : is_json_type(*type);
}

} // namespace

bool is_safe(std::string_view method)
{
    return method == "GET" || method == "HEAD";
}

bool host_is_ours(const AdminAddress& address, std::string_view host)
{
    const std::string given = lower(host);
    const bool default_port = address.port == (address.tls ? 443 : 80);
    const auto fits = [&](std::string_view name) {
        const std::string bare{name};
        return given == bare + ":" + std::to_string(address.port) || (default_port && given == bare);
    };
    return fits("127.0.0.1") || fits("localhost") || fits("[::1]") ||
           std::any_of(address.hosts.begin(), address.hosts.end(), fits);
}

std::string_view check_gate(const AdminAddress& address, const web::RequestHead& head)
{
    const std::string* host = head.headers.find("Host");
    if (host == nullptr || head.headers.count("Host") != 1 || !host_is_ours(address, *host))
        return "host_not_allowed";
    if (!origin_is_ours(address, head) || !fetch_site_is_ours(head)) return "origin_refused";
    if (!body_is_json(head)) return "unsupported_type";
    return {};
}

void add_security_headers(web::Response& response, bool secure)
{
    auto& headers = response.headers;
    headers.add(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'");
    headers.add("X-Frame-Options", "DENY");
    headers.add("X-Content-Type-Options", "nosniff");
    headers.add("Referrer-Policy", "no-referrer");
    headers.add("Cross-Origin-Opener-Policy", "same-origin");
    headers.add("Cross-Origin-Resource-Policy", "same-origin");
    if (headers.find("Cache-Control") == nullptr) headers.add("Cache-Control", "no-store");
    // Without includeSubDomains: it would bind other programs of this host.
    if (secure) headers.add("Strict-Transport-Security", "max-age=31536000");
}

std::string cookie(const web::Headers& headers, std::string_view name)
{
    std::string found;
    for (const auto& [field, value] : headers) {
        if (!web::equals_ignoring_case(field, "Cookie")) continue;
        for (std::string_view rest = value; !rest.empty();) {
            std::string_view pair = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            if (pair.size() <= name.size() || !pair.starts_with(name) || pair[name.size()] != '=') continue;
            const std::string_view one = pair.substr(name.size() + 1);
            if (!found.empty() && found != one) return {};
            found = one;
        }
    }
    return found;
}

std::string set_session_cookie(std::string_view token)
{
    return std::string{session_cookie} + "=" + std::string{token} +
           "; Path=/; Secure; HttpOnly; SameSite=Strict";
}

std::string clear_session_cookie()
{
    return set_session_cookie("") + "; Max-Age=0";
}

std::string_view bearer_token(const web::Headers& headers)
{
    constexpr std::string_view scheme = "bearer ";
    const std::string* value = headers.find("Authorization");
    if (value == nullptr || headers.count("Authorization") != 1 || value->size() <= scheme.size()) return {};
    if (!web::equals_ignoring_case(std::string_view{*value}.substr(0, scheme.size()), scheme)) return {};
    return std::string_view{*value}.substr(scheme.size());
}

bool is_setup_path(std::string_view path)
{
    std::string text{path};
    // Twice, since an escaped percent sign can hide another escape.
    for (int i = 0; i < 2; ++i) text = web::percent_decoded(text).value_or(text);
    text = lower(text);
    std::replace(text.begin(), text.end(), '\\', '/');
    const auto doubled =
        std::unique(text.begin(), text.end(), [](char a, char b) { return a == '/' && b == '/'; });
    text.erase(doubled, text.end());
    return text.starts_with("/setup") || text.starts_with("/api/v1/setup");
}

} // namespace mizo::admin
