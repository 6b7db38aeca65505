#include "daemon/halo_api/api_settings.hpp"

namespace mizo::halo_api {

using config::Key;

bool ApiSettings::same_as(const ApiSettings& other) const
{
    return url == other.url && client_id == other.client_id &&
           client_secret.reveal() == other.client_secret.reveal() && scopes == other.scopes &&
           way.proxy == other.way.proxy && way.ca_file == other.way.ca_file;
}

ApiSettings api_settings(const config::Settings& settings)
{
    ApiSettings api;
    if (const auto url = settings.url(Key::halo_url)) api.url = url->text();
    api.client_id = settings.text(Key::halo_client_id);
    api.client_secret = base::Secret{std::string{settings.secret(Key::halo_client_secret)}};
    api.scopes = settings.list(Key::halo_scopes);
    if (api.scopes.empty()) api.scopes.assign(halo::guide_scopes.begin(), halo::guide_scopes.end());
    api.way.proxy = settings.text(Key::halo_proxy);
    api.way.ca_file = settings.text(Key::halo_ca_file);
    return api;
}

} // namespace mizo::halo_api
