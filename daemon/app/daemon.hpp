#pragma once

#include "daemon/admin/handler.hpp"
#include "daemon/admin/relay_link_control.hpp"
#include "daemon/app/halo_side.hpp"
#include "daemon/app/host.hpp"
#include "daemon/app/minute_recorder.hpp"
#include "daemon/app/public_handler.hpp"
#include "daemon/app/storage.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/link_identity.hpp"
#include "daemon/custody/listener_certificate.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/intake/webhook_handler.hpp"
#include "daemon/net/server.hpp"
#include "daemon/relay/link.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace mizo::app {

namespace asio = boost::asio;

struct DaemonParts {
    asio::any_io_executor loop;
    Storage& storage;
    config::LiveSettings& settings;
    Host& host;
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    std::filesystem::path data_dir;
    std::string version;
    // Ends the daemon, with a failure, for its host to start it again.
    std::function<void()> give_up;
};

// Every part, built in the order in which each needs the others, and ended in the reverse. Data flows one
// way: listener, intake, store, link.
class Daemon {
public:
    explicit Daemon(DaemonParts parts);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    // Ends once webhooks are accepted. Errors: unavailable "listen.failed", and those of the listener's TLS.
    asio::awaitable<base::Result<void>> start();
    // Stops accepting, finishes requests in hand, says goodbye to the cloud, ends everything; within 8 s.
    asio::awaitable<void> stop();

private:
    asio::awaitable<base::Result<void>> load_custody();
    asio::awaitable<base::Result<void>> listen();
    asio::awaitable<base::Result<net::TlsContext>> webhook_tls();
    asio::awaitable<base::Result<net::TlsContext>> admin_tls();
    void tell_admin_address(const config::ListenAddress& address, bool tls);
    base::Result<void> open(std::optional<net::Server>& server, net::ServerOptions options,
                            net::RequestHandler& handler);
    intake::Recorder::Parts recorder_parts();
    intake::WebhookHandler::Parts webhook_parts();
    admin::Parts admin_parts();
    HaloSideParts halo_parts();
    reconcile::Inflow inflow() const;
    relay::Link::Parts link_parts();
    relay::Settings session_settings() const;
    void follow_settings();

    // What time brings, once a second: certificates, status for the cloud, alerts, the watchdog.
    asio::awaitable<void> every_second();
    // Retention in small steps, so that nothing is held up.
    asio::awaitable<void> keep_house();
    asio::awaitable<void> renew_listener_certificate();
    asio::awaitable<void> tell_status();
    asio::awaitable<void> record_minute();
    void look_at_store();
    void feed_watchdog();

    DaemonParts parts_;
    base::Logger logger_;
    std::string host_name_;
    base::WallTime started_;
    asio::thread_pool worker_{1};

    custody::WebhookCertificates certificates_;
    custody::ListenerCertificate listener_certificate_;
    custody::ListenerCertificate admin_certificate_;
    custody::LinkIdentity identity_;
    intake::Learner learner_;
    intake::Counters counters_;
    admin::ServiceState service_;
    intake::Recorder recorder_;
    HaloSide halo_;
    relay::Link link_;
    admin::RelayLinkControl link_control_;
    intake::WebhookHandler webhook_handler_;
    PublicHandler public_handler_;
    admin::AdminHandler admin_handler_;
    std::optional<net::Server> webhook_server_;
    std::optional<net::Server> admin_server_;

    MinuteRecorder minutes_;
    std::uint64_t fed_turns_ = 0; // of the writer, when the watchdog was fed last
    base::SteadyTime fed_{};
    base::SteadyTime status_told_{};
    bool stopping_ = false;
    asio::steady_timer second_;
    asio::steady_timer house_;
    net::TaskScope tasks_;
};

} // namespace mizo::app
