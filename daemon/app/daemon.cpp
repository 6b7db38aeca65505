#include "daemon/app/daemon.hpp"

#include "daemon/admin/secret_file.hpp"
#include "daemon/admin/webhook.hpp"
#include "daemon/app/rules.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/net/network_watch.hpp"
#include "daemon/net/task_report.hpp"

#include <boost/asio/ip/host_name.hpp>

namespace mizo::app {

namespace {

using base::Errc;
using base::Error;
using config::Key;

constexpr std::chrono::milliseconds requests_finish_within{4'000};
constexpr std::chrono::milliseconds admin_requests_finish_within{1'000};

std::string host_name()
{
    boost::system::error_code failed;
    const std::string name = asio::ip::host_name(failed);
    return failed ? "localhost" : name;
}

setup::LinkSighting link_sighting(const relay::View& view)
{
    return {view.state == relay::LinkState::live, view.acked + view.in_flight};
}

} // namespace

Daemon::Daemon(DaemonParts parts)
    : parts_{std::move(parts)},
      logger_{parts_.log, "app"},
      host_name_{host_name()},
      started_{parts_.clock.wall()},
      certificates_{{*parts_.storage.writer, *parts_.storage.readers, *parts_.storage.sealing_key,
                     parts_.clock, parts_.random, base::Logger{parts_.log, "certificates"},
                     worker_.get_executor()},
                    rotation_rules(*parts_.settings.current())},
      listener_certificate_{{*parts_.storage.writer, *parts_.storage.readers, *parts_.storage.sealing_key,
                             parts_.clock, base::Logger{parts_.log, "tls"}}},
      admin_certificate_{{*parts_.storage.writer, *parts_.storage.readers, *parts_.storage.sealing_key,
                          parts_.clock, base::Logger{parts_.log, "tls"}}},
      identity_{{*parts_.storage.writer, *parts_.storage.readers, *parts_.storage.sealing_key, parts_.clock,
                 parts_.random}},
      recorder_{recorder_parts()},
      halo_{halo_parts()},
      link_{link_parts(), session_settings(), link_settings(*parts_.settings.current())},
      link_control_{link_, identity_},
      webhook_handler_{webhook_parts()},
      public_handler_{webhook_handler_, halo_.tab().handler()},
      admin_handler_{admin_parts()},
      minutes_{started_},
      second_{parts_.loop},
      house_{parts_.loop},
      tasks_{parts_.loop, net::report_to(logger_)}
{
    link_.set_inbox(&halo_.inbox());
    halo_.test_ticket().on_change([this] { admin_handler_.test_ticket_changed(); });
    halo_.agent().set_commands(admin_handler_.cloud_commands());
    halo_.agent().on_call([this](const store::AgentCall& call) { admin_handler_.agent_call(call); });
    follow_settings();
    parts_.log.on_line([this](const base::LogLine& line) { admin_handler_.log_line(line); });
    if (const auto& salvage = parts_.storage.prepared.salvage) {
        service_.salvaged = started_;
        service_.salvaged_deliveries = salvage->deliveries;
    }
}

Daemon::~Daemon() = default;

HaloSideParts Daemon::halo_parts()
{
    return {parts_.loop,
            parts_.storage,
            parts_.settings,
            certificates_,
            parts_.clock,
            parts_.random,
            parts_.log,
            recorder_,
            [this](relay::Frame frame) { return link_.send(std::move(frame)); },
            [this] { return link_sighting(link_.view()); },
            [this] { return inflow(); },
            parts_.version,
            [this] { return admin::public_url(*parts_.settings.current(), service_.webhook_port); }};
}

// Whether HaloPSA can reach us, for what looks after what was missed.
reconcile::Inflow Daemon::inflow() const
{
    reconcile::Inflow inflow;
    inflow.open = service_.webhook_listening && !webhook_handler_.not_ready();
    inflow.turned_away = counters_.not_stored;
    inflow.last_webhook = counters_.last_accepted;
    inflow.link_live = link_.view().state == relay::LinkState::live;
    return inflow;
}

relay::Link::Parts Daemon::link_parts()
{
    return {parts_.loop, *parts_.storage.writer, *parts_.storage.readers,
            identity_,   parts_.clock,           parts_.random,
            parts_.log};
}

relay::Settings Daemon::session_settings() const
{
    relay::Settings settings;
    settings.version = parts_.version;
    settings.os = "linux";
    settings.boot_id = parts_.storage.boot_id;
    settings.fence = parts_.storage.fence;
    settings.jitter = [&random = parts_.random] { return base::unit_interval(random); };
    return settings;
}

intake::Recorder::Parts Daemon::recorder_parts()
{
    return {*parts_.storage.writer,
            parts_.settings,
            certificates_,
            parts_.clock,
            parts_.random,
            parts_.storage.webhook_token,
            [this](std::int64_t next_seq) { link_.stored(next_seq); },
            [this](const std::string& id) { admin_handler_.announce(id); },
            [this] { return halo_.agent().self_id(); }};
}

intake::WebhookHandler::Parts Daemon::webhook_parts()
{
    return {*parts_.storage.writer,
            parts_.settings,
            certificates_,
            recorder_,
            learner_,
            counters_,
            parts_.clock,
            base::Logger{parts_.log, "webhook"},
            parts_.loop,
            worker_.get_executor(),
            parts_.storage.webhook_token};
}

admin::Parts Daemon::admin_parts()
{
    return {parts_.loop,
            worker_.get_executor(),
            *parts_.storage.writer,
            *parts_.storage.readers,
            parts_.settings,
            certificates_,
            listener_certificate_,
            link_control_,
            halo_.client(),
            halo_.guide(),
            halo_.alerts(),
            halo_.test_ticket(),
            halo_.agent(),
            halo_.reconciler(),
            halo_.tab(),
            learner_,
            counters_,
            service_,
            *parts_.storage.sealing_key,
            parts_.clock,
            parts_.random,
            parts_.log,
            [this] { return webhook_handler_.not_ready(); },
            [this](std::int64_t next_seq) { link_.stored(next_seq); },
            parts_.data_dir,
            admin::load_or_make_admin_key(parts_.data_dir),
            parts_.storage.webhook_token,
            parts_.version,
            started_};
}

void Daemon::follow_settings()
{
    parts_.log.set_level(log_level(*parts_.settings.current()));
    parts_.settings.subscribe([this](const config::Settings& settings) {
        certificates_.set_rules(rotation_rules(settings));
        link_.set_settings(link_settings(settings));
        halo_.set_settings(settings);
        status_told_ = {}; // the cloud is told at once
        parts_.log.set_level(log_level(settings));
    });
}

asio::awaitable<base::Result<void>> Daemon::start()
{
    base::Result<void> done = co_await load_custody();
    if (!done) co_return done;
    done = co_await listen();
    if (!done) co_return done;
    service_.webhook_port = webhook_server_->port();
    service_.webhook_listening = true;
    co_await halo_.start();
    co_await link_.start();
    tasks_.spawn("every second", every_second());
    tasks_.spawn("house-keeping", keep_house());
    tasks_.spawn("admin", admin_handler_.run());
    tasks_.spawn("network", net::watch_network([this] { link_.network_up(); }));
    const std::string where = "admin page on " +
                              parts_.settings.current()->listen_address(Key::admin_listen).host + ":" +
                              std::to_string(admin_server_->port()) + ", webhooks on " +
                              parts_.settings.current()->listen_address(Key::webhook_listen).host + ":" +
                              std::to_string(webhook_server_->port());
    logger_.info("ready", {{"version", parts_.version},
                           {"admin_port", std::to_string(admin_server_->port())},
                           {"webhook_port", std::to_string(webhook_server_->port())}});
    parts_.host.ready(where);
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> Daemon::load_custody()
{
    co_await certificates_.load();
    const base::Result<void> identity = co_await identity_.load();
    // Webhooks must be accepted all the same: they wait until the admin has enrolled again.
    if (!identity) logger_.error(identity.error().text(), {{"code", identity.error().code()}});
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> Daemon::listen()
{
    base::Result<net::TlsContext> webhook = co_await webhook_tls();
    if (!webhook) co_return webhook.error();
    base::Result<net::TlsContext> admin = co_await admin_tls();
    if (!admin) co_return admin.error();

    const auto settings = parts_.settings.current();
    const config::ListenAddress admin_address = settings->listen_address(Key::admin_listen);
    const config::ListenAddress webhook_address = settings->listen_address(Key::webhook_listen);
    net::ServerOptions options;
    options.name = "admin";
    options.address = admin_address.host;
    options.port = admin_address.port;
    options.tls = std::move(*admin);
    base::Result<void> opened = open(admin_server_, options, admin_handler_);
    if (!opened) co_return opened;
    tell_admin_address(admin_address, options.tls != nullptr);

    options.name = "webhook";
    options.address = webhook_address.host;
    options.port = webhook_address.port;
    options.tls = std::move(*webhook);
    co_return open(webhook_server_, options, public_handler_);
}

// The Host names that the admin page answers to, and where commands on this machine find it.
void Daemon::tell_admin_address(const config::ListenAddress& address, bool tls)
{
    const std::string host =
        address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    admin::AdminAddress known;
    known.port = admin_server_->port();
    known.tls = tls;
    if (!address.loopback) known.hosts = {host, host_name_};
    admin_handler_.set_address(std::move(known));
    const std::string text = host + ":" + std::to_string(admin_server_->port()) + "\n";
    const auto written = base::write_private_file(parts_.data_dir / "admin.address", text);
    if (!written) logger_.warning(written.error().text());
}

base::Result<void> Daemon::open(std::optional<net::Server>& server, net::ServerOptions options,
                                net::RequestHandler& handler)
{
    const std::string where = options.address + ":" + std::to_string(options.port);
    try {
        server.emplace(parts_.loop, std::move(options), handler, base::Logger{parts_.log, "listener"});
        server->start();
    } catch (const boost::system::system_error& error) {
        return Error{Errc::unavailable, "listen.failed",
                     "Cannot listen on " + where + ": " + error.code().message() +
                         ". Another program may be using this address: look with `ss -ltnp`."};
    }
    return {};
}

asio::awaitable<base::Result<net::TlsContext>> Daemon::webhook_tls()
{
    const auto settings = parts_.settings.current();
    if (settings->is(Key::webhook_tls, "off")) co_return net::TlsContext{};
    if (settings->is(Key::webhook_tls, "file"))
        co_return listener_certificate_.from_file(settings->text(Key::webhook_tls_file),
                                                  settings->secret(Key::webhook_tls_password));
    co_return co_await listener_certificate_.from_own_ca(listener_names(*settings, host_name_));
}

asio::awaitable<base::Result<net::TlsContext>> Daemon::admin_tls()
{
    const auto settings = parts_.settings.current();
    if (settings->is(Key::admin_tls, "off")) co_return net::TlsContext{};
    if (settings->is(Key::admin_tls, "file"))
        co_return admin_certificate_.from_file(settings->text(Key::admin_tls_file), {});
    co_return co_await admin_certificate_.from_own_ca(listener_names(*settings, host_name_));
}

asio::awaitable<void> Daemon::stop()
{
    stopping_ = true;
    service_.stopping = true;
    service_.webhook_listening = false;
    parts_.host.stopping();
    logger_.info("stopping");
    halo_.tab().close(); // nobody waits for the cloud any more
    if (webhook_server_) co_await webhook_server_->stop(requests_finish_within);
    co_await link_.stop();
    co_await halo_.stop();
    parts_.log.on_line({});
    admin_handler_.close();
    if (admin_server_) co_await admin_server_->stop(admin_requests_finish_within);
    second_.cancel();
    house_.cancel();
    tasks_.cancel();
    co_await tasks_.join();
    // The last counters; a store that fails now has said so already.
    try {
        co_await certificates_.tick();
    } catch (const std::exception& error) {
        logger_.warning("certificate counters not saved", {{"why", error.what()}});
    }
    worker_.join();
}

} // namespace mizo::app
