#pragma once

#include "daemon/admin/services.hpp"

namespace mizo::admin {

// The address that HaloPSA calls, without the path: webhook.public_url, or made from this machine's name.
std::string public_url(const config::Settings& settings, std::uint16_t listening_port);
// The settings webhook.* that say how HaloPSA signs.
json::object scheme_json(const config::Settings& settings);

} // namespace mizo::admin
