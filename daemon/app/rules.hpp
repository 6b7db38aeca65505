#pragma once

#include "certs/listener_ca.hpp"
#include "certs/rotation.hpp"
#include "daemon/base/log.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/relay/link.hpp"
#include "daemon/relay/wire.hpp"
#include "daemon/store/retention.hpp"

#include <string>

// What each part takes from the settings.
namespace mizo::app {

certs::RotationRules rotation_rules(const config::Settings& settings);
store::RetentionRules retention_rules(const config::Settings& settings);
relay::LinkSettings link_settings(const config::Settings& settings);
// What the admin chose for Mizo, as the cloud is told.
relay::ChosenSettings chosen_settings(const config::Settings& settings);
base::Level log_level(const config::Settings& settings);

// What HaloPSA can reach the listener by: the host of webhook.public_url, this machine's name, and loopback.
certs::ListenerNames listener_names(const config::Settings& settings, const std::string& host_name);

} // namespace mizo::app
