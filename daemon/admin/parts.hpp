#pragma once

#include "certs/seal.hpp"
#include "daemon/admin/link_control.hpp"
#include "daemon/agent/agent.hpp"
#include "daemon/alerts/teller.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/listener_certificate.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/halo_api/client.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/intake/learner.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/reconcile/view.hpp"
#include "daemon/setup/guide.hpp"
#include "daemon/setup/test_ticket_run.hpp"
#include "daemon/tab/tab.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace mizo::admin {

// What only the app knows of the service. It writes here, and the status shows it.
struct ServiceState {
    bool webhook_listening = false;
    std::uint16_t webhook_port = 0; // the one that is listened on, which the setting may leave to the system
    std::string webhook_problem;    // why not
    bool stopping = false;
    // A damaged database was set aside at this start; how many whole deliveries were taken over from it.
    std::optional<base::WallTime> salvaged;
    std::int64_t salvaged_deliveries = 0;
};

// What the admin API acts on; owned by the app, which outlives it.
struct Parts {
    asio::any_io_executor executor;
    asio::any_io_executor worker; // for what takes long, such as scrypt
    store::Writer& writer;
    store::Readers& readers;
    config::LiveSettings& settings;
    custody::WebhookCertificates& certificates;
    const custody::ListenerCertificate& listener_certificate;
    LinkControl& link;
    halo_api::Client& halo;
    setup::Guide& guide;
    alerts::Teller& alerts;
    setup::TestTicketRun& test_ticket;
    agent::Agent& agent;
    reconcile::Control& reconcile;
    const tab::Tab& tab;
    intake::Learner& learner;
    const intake::Counters& counters;
    const ServiceState& service;
    const certs::SealingKey& sealing_key;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    // Why a webhook would not be stored now (intake::WebhookHandler::not_ready); nothing when it would.
    std::function<std::optional<base::Error>()> not_ready;
    std::function<void(std::int64_t next_seq)> wake; // the link: there is more to send
    std::filesystem::path data_dir;                  // with setup-code
    std::string admin_key;                           // the content of <data_dir>/admin.key
    std::string webhook_token;
    std::string version;
    base::WallTime started;
};

} // namespace mizo::admin
