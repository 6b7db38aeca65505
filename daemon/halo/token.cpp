#include "daemon/halo/token.hpp"

#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/api_path.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mizo::halo {

namespace {

using std::chrono::seconds;

constexpr std::size_t url_bytes = 500;
constexpr std::size_t tenant_bytes = 200;
constexpr std::size_t token_bytes = 8 * 1024;
constexpr seconds life_min{30};
constexpr seconds life_max{24 * 3600};
constexpr seconds margin{60};

// Where Halo hosts its customers; the authorisation server may be another host of the same domain.
constexpr std::array<std::string_view, 4> hosting_domains{".halopsa.com", ".haloitsm.com", ".halocrm.com",
                                                          ".haloservicedesk.com"};

struct Address {
    std::string scheme;
    std::string host; // in lower case, without port
    std::string text; // without a slash at its end
};

// Strict: this text comes from outside, and a secret is sent to where it leads.
std::optional<Address> address_in(std::string_view text)
{
    text = trimmed(text);
    while (text.ends_with('/')) text.remove_suffix(1);
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"-._~:/[]"}.find(c) != std::string_view::npos;
    });
    const auto colon = text.find("://");
    if (!plain || text.size() > url_bytes || colon == text.npos) return {};
    const auto after = text.substr(colon + 3);
    const auto authority = after.substr(0, after.find('/'));
    const bool bracketed = authority.starts_with('[');
    const auto end = bracketed ? authority.find(']') : authority.find(':');
    const auto host =
        bracketed && end != authority.npos ? authority.substr(0, end + 1) : authority.substr(0, end);
    if (host.empty()) return {};
    return Address{lower_case(text.substr(0, colon)), lower_case(host), std::string{text}};
}

bool may_have_the_secret(const Address& base, const Address& to)
{
    if (to.scheme != "https" && to.scheme != base.scheme) return false;
    if (to.host == base.host) return true;
    return to.scheme == "https" &&
           std::any_of(hosting_domains.begin(), hosting_domains.end(), [&](std::string_view domain) {
               return base.host.ends_with(domain) && to.host.ends_with(domain);
           });
}

std::string without_slash(std::string_view base)
{
    while (base.ends_with('/')) base.remove_suffix(1);
    return std::string{base};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string oauth_error(std::string_view body)
{
    const auto object = read_object(body);
    return object ? lower_case(Fields{*object}.text("error", 100)) : std::string{};
}

base::Error refusal(int status, std::string_view body)
{
    const std::string reason = api_error(status, body);
    const std::string error = oauth_error(body);
    if (status == 429) return api_fault("halo_rate_limited", reason);
    if (is_one_of(error, {"invalid_scope", "invalid_request"}))
        return api_fault("halo_scopes_refused", reason);
    if (status == 401 || status == 403 ||
        is_one_of(error, {"invalid_client", "unauthorized_client", "invalid_grant", "access_denied"}))
        return api_fault("halo_credentials_refused", reason);
    if (status >= 300 && status < 400)
        return api_fault("halo_answer_unexpected", "a redirection, which is not followed with a secret");
    return api_fault("halo_answer_unexpected", reason);
}

bool is_token(std::string_view text)
{
    return !text.empty() && text.size() <= token_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

std::string api_root(std::string_view base)
{
    return without_slash(base) + "/api";
}

std::string authinfo_url(std::string_view base)
{
    return api_root(base) + "/authinfo";
}

TokenEndpoint token_endpoint(std::string_view base, int status, std::string_view body)
{
    TokenEndpoint endpoint{without_slash(base) + "/auth/token", false, {}};
    if (status != 200) return endpoint;
    const auto object = read_object(body);
    if (!object) return endpoint;
    const Fields fields{*object};
    const auto own = address_in(base);
    const auto told = address_in(fields.text("auth_url", url_bytes));
    if (!own || !told) return endpoint;
    if (!may_have_the_secret(*own, *told)) {
        endpoint.refused_host = told->host;
        return endpoint;
    }
    endpoint.told = true;
    endpoint.url = told->text + "/token";
    const std::string tenant = fields.text("tenant_id", tenant_bytes);
    if (!tenant.empty()) endpoint.url += "?" + encoded_pairs({{"tenant", tenant}});
    return endpoint;
}

base::Secret token_request(std::string_view client_id, std::string_view client_secret, const Scopes& scopes)
{
    return base::Secret{encoded_pairs({{"grant_type", "client_credentials"},
                                       {"client_id", std::string{client_id}},
                                       {"client_secret", std::string{client_secret}},
                                       {"scope", scope_text(scopes)}})};
}

base::Result<Token> read_token(int status, std::string_view body)
{
    if (status < 200 || status > 299) return refusal(status, body);
    const auto object = read_object(body);
    if (!object) return object.error();
    const Fields fields{*object};
    const std::string type = lower_case(fields.text("token_type", 20));
    std::string access = fields.text("access_token", token_bytes + 1);
    if (!is_token(access) || (!type.empty() && type != "bearer"))
        return api_fault("halo_answer_unexpected", "it holds no token");
    Token token;
    token.access = base::Secret{std::move(access)};
    token.life = std::clamp(seconds{fields.number("expires_in").value_or(3600)}, life_min, life_max);
    token.granted = scopes_in(fields.text("scope", 16 * 1024));
    return token;
}

TokenTimes token_times(seconds life, base::SteadyTime got)
{
    const auto early = std::max<std::chrono::milliseconds>(life * 9 / 10, life - margin);
    return {got + std::chrono::milliseconds{life} * 85 / 100, got + early};
}

} // namespace mizo::halo
