#pragma once

#include "daemon/config/settings.hpp"
#include "daemon/halo/scopes.hpp"
#include "daemon/net/route.hpp"

#include <string>

namespace mizo::halo_api {

// What the client takes from the settings. Each set stands for one HaloPSA and one application in it: what
// was learnt and given with one set is never used with another.
struct ApiSettings {
    std::string url; // "https://host[:port][/path]"; empty: not set
    std::string client_id;
    base::Secret client_secret;
    halo::Scopes scopes;
    net::RouteSettings way;

    bool configured() const { return !url.empty() && !client_id.empty() && !client_secret.empty(); }
    bool same_as(const ApiSettings& other) const;
};

ApiSettings api_settings(const config::Settings& settings);

} // namespace mizo::halo_api
