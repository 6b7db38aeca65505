#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/halo/scopes.hpp"

#include <chrono>
#include <string>
#include <string_view>

// OAuth 2 as HaloPSA speaks it: where tokens are to be had, the request for one, and the answers.
namespace mizo::halo {

// Where HaloPSA's parts are, by the address that the admin gave: "https://host[:port][/path]".
std::string api_root(std::string_view base);     // ".../api"
std::string authinfo_url(std::string_view base); // ".../api/authinfo"

struct TokenEndpoint {
    std::string url;   // with "?tenant=" where there is one
    bool told = false; // by HaloPSA; else it is the usual one of an installation of one's own
    // HaloPSA named another host, which gets no secret of ours: for the log.
    std::string refused_host;
};

// From the answer to authinfo_url. The client's secret goes to the host of `base` alone, or, where that is
// one of Halo's own hosting domains, to another host of that domain, and never over http to where `base` is
// https.
TokenEndpoint token_endpoint(std::string_view base, int status, std::string_view body);

// The form of a request; all of it is secret.
base::Secret token_request(std::string_view client_id, std::string_view client_secret, const Scopes& scopes);

struct Token {
    base::Secret access;
    std::chrono::seconds life{3600};
    Scopes granted; // empty where HaloPSA does not tell
};

// Errors: unauthorised "halo_credentials_refused"; unauthorised "halo_scopes_refused" (the set as a whole:
// one unknown scope is enough); rate_limited "halo_rate_limited"; malformed "halo_answer_unexpected".
base::Result<Token> read_token(int status, std::string_view body);

// When a token is to be renewed while it still works, and from when on it is no longer used.
struct TokenTimes {
    base::SteadyTime renew_at; // at 85 % of its life
    base::SteadyTime ends;     // 60 s before its end, or at 90 % where that is later
};
TokenTimes token_times(std::chrono::seconds life, base::SteadyTime got);

} // namespace mizo::halo
