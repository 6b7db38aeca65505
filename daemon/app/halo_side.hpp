#pragma once

#include "daemon/agent/agent.hpp"
#include "daemon/alerts/teller.hpp"
#include "daemon/app/storage.hpp"
#include "daemon/config/live.hpp"
#include "daemon/halo_api/client.hpp"
#include "daemon/reconcile/reconciler.hpp"
#include "daemon/relay/inbox.hpp"
#include "daemon/setup/guide.hpp"
#include "daemon/setup/test_ticket_run.hpp"
#include "daemon/tab/tab.hpp"

#include <functional>

namespace mizo::app {

namespace asio = boost::asio;

// What only the rest of the daemon can do for HaloPSA's side.
struct HaloSideParts {
    asio::any_io_executor loop;
    Storage& storage;
    config::LiveSettings& settings;
    custody::WebhookCertificates& certificates;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    intake::Recorder& recorder;
    std::function<bool(relay::Frame frame)> send; // over the link; false where none is live
    std::function<setup::LinkSighting()> link;
    std::function<reconcile::Inflow()> inflow; // how webhooks come in
    std::string version;
    std::function<std::string()> public_url; // of the public listener, without a path
};

// HaloPSA's API and all that acts on it: built, started and ended together. Outlives the link, which tells it
// what the cloud asks.
class HaloSide {
public:
    explicit HaloSide(HaloSideParts parts);
    HaloSide(const HaloSide&) = delete;
    HaloSide& operator=(const HaloSide&) = delete;

    asio::awaitable<void> start();
    asio::awaitable<void> stop();
    void set_settings(const config::Settings& settings);

    halo_api::Client& client() { return client_; }
    agent::Agent& agent() { return agent_; }
    reconcile::Reconciler& reconciler() { return reconciler_; }
    tab::Tab& tab() { return tab_; }
    relay::Inbox& inbox() { return inbox_; }
    alerts::Teller& alerts() { return alerts_; }
    setup::TestTicketRun& test_ticket() { return test_ticket_; }
    setup::Guide& guide() { return guide_; }

private:
    alerts::Teller::Parts alerts_parts();
    setup::TestTicketRun::Parts test_ticket_parts();
    setup::Guide::Parts guide_parts();
    asio::awaitable<base::Result<void>> keep_tab_secret(std::string secret);
    asio::awaitable<void> note_deed(std::string action, boost::json::object args);
    reconcile::Reconciler::Parts reconcile_parts();

    HaloSideParts parts_;
    halo_api::Client client_;
    agent::Agent agent_;
    tab::Tab tab_;
    relay::SharedInbox inbox_;
    alerts::Teller alerts_;
    setup::TestTicketRun test_ticket_;
    setup::Guide guide_;
    reconcile::Reconciler reconciler_;
};

} // namespace mizo::app
