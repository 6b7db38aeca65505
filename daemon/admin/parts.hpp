#pragma once

#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/listener_certificate.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/intake/learner.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/relay/link.hpp"

#include <filesystem>
#include <string>

namespace mizo::admin {

// What the admin API acts on; owned by the app, which outlives it.
struct Parts {
    asio::any_io_executor executor;
    asio::any_io_executor worker; // for what takes long, such as scrypt
    store::Writer& writer;
    store::Readers& readers;
    config::LiveSettings& settings;
    custody::WebhookCertificates& certificates;
    custody::ListenerCertificate& listener_certificate;
    custody::LinkIdentity& identity;
    relay::Link& link;
    intake::Learner& learner;
    intake::Counters& counters;
    const certs::SealingKey& sealing_key;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    std::filesystem::path data_dir;
    std::string webhook_token;
    std::string version;
    base::WallTime started;
};

} // namespace mizo::admin
