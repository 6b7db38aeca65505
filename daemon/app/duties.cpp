#include "daemon/app/daemon.hpp"
#include "daemon/app/rules.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/retention.hpp"
#include "daemon/store/stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>

// What the daemon does by itself, as time passes.
namespace mizo::app {

namespace {

constexpr std::chrono::milliseconds second{1'000};
constexpr std::chrono::seconds status_every{5};
constexpr std::chrono::milliseconds house_every{60'000};
constexpr std::chrono::milliseconds house_pause{20}; // between two steps, for others to be served

asio::awaitable<void> wait(asio::steady_timer& timer, std::chrono::milliseconds time)
{
    boost::system::error_code ended;
    timer.expires_after(time);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

relay::CertificateStatus certificate_status(const custody::WebhookCertificate& certificate)
{
    const certs::CertificateRecord& record = certificate.record;
    relay::CertificateStatus status;
    status.thumbprint = certificate.thumbprint;
    status.state = certs::to_string(record.state);
    status.not_after = std::chrono::floor<std::chrono::milliseconds>(record.validity.not_after);
    if (record.last_used) status.last_used = std::chrono::floor<std::chrono::milliseconds>(*record.last_used);
    return status;
}

} // namespace

asio::awaitable<void> Daemon::every_second()
{
    while (!stopping_) {
        co_await wait(second_, second);
        if (stopping_) break;
        try {
            co_await certificates_.tick();
            co_await tell_status();
            co_await record_minute();
            co_await renew_listener_certificate();
        } catch (const std::exception& error) {
            // The store fails: it has an alarm of its own, and the next second tries again.
            logger_.debug("duties put off", {{"why", error.what()}});
        }
        look_at_store();
        feed_watchdog();
    }
}

// A damaged database is set aside and salvaged at a start, so a start is what is needed.
void Daemon::look_at_store()
{
    const store::Health health = parts_.storage.writer->health();
    if (health.ok || health.code != "corrupt") return;
    logger_.error("the database is damaged: starting again, to set it aside and save what is whole");
    parts_.give_up();
}

asio::awaitable<void> Daemon::record_minute()
{
    auto minute = minutes_.tick(parts_.clock.wall(), counters_, link_.latencies());
    if (!minute) co_return;
    auto work = [minute = *minute](store::Database& db) mutable {
        minute.queued = store::count_queue(db).queued;
        store::put_metrics_minute(db, minute);
        return true;
    };
    store::JobTraits traits;
    traits.patient = true;
    co_await net::on_writer(*parts_.storage.writer, std::move(work), traits);
}

asio::awaitable<void> Daemon::tell_status()
{
    const base::SteadyTime now = parts_.clock.steady();
    if (now - status_told_ < status_every) co_return;
    status_told_ = now;
    auto work = [](store::Database& db) { return store::count_queue(db); };
    const store::QueueCounts queue = co_await net::on_readers(*parts_.storage.readers, std::move(work));

    relay::Status status;
    status.queued = queue.queued;
    if (queue.oldest) status.oldest_ms = (parts_.clock.wall() - *queue.oldest).count();
    status.dead_letters = queue.dead;
    std::error_code failed;
    const auto space = std::filesystem::space(parts_.data_dir, failed);
    if (!failed) status.disk_free = static_cast<std::int64_t>(space.available);
    for (const auto& certificate : certificates_.all())
        if (certificate.record.is_accepted()) status.certificates.push_back(certificate_status(certificate));
    const halo_api::View halo = halo_.client().view();
    if (halo.checked) status.halo = {halo.state == halo_api::State::ok, halo.checked};
    for (const store::AlertRow& alert : halo_.alerts().on())
        status.alerts.push_back({alert.what.code, alert.severe, alert.since});
    status.version = parts_.version;
    status.settings = chosen_settings(*parts_.settings.current());
    link_.status_facts(std::move(status));
}

asio::awaitable<void> Daemon::renew_listener_certificate()
{
    if (!listener_certificate_.renewal_due()) co_return;
    base::Result<net::TlsContext> tls = co_await webhook_tls();
    if (tls)
        webhook_server_->set_tls(std::move(*tls));
    else
        logger_.debug("listener certificate not renewed", {{"why", tls.error().detail()}});
}

asio::awaitable<void> Daemon::keep_house()
{
    while (!stopping_) {
        store::RetentionStep step;
        std::int64_t first_seq = 0;
        try {
            const store::RetentionRules rules = retention_rules(*parts_.settings.current());
            auto work = [rules, now = parts_.clock.wall(), &step, &first_seq](store::Database& db) {
                step = store::apply_retention(db, rules, now);
                first_seq = store::load_stream(db).first_seq;
                return true;
            };
            co_await net::on_writer(*parts_.storage.writer, std::move(work));
            if (step.events > 0) link_.trimmed(first_seq);
        } catch (const std::exception& error) {
            logger_.debug("retention put off", {{"why", error.what()}});
            step.more = false;
        }
        const auto pause = step.more ? house_pause : house_every;
        co_await wait(house_, pause);
    }
}

// The loop lives, or this would not run; the store's thread lives while its turns rise.
void Daemon::feed_watchdog()
{
    const auto interval = parts_.host.watchdog_interval();
    const base::SteadyTime now = parts_.clock.steady();
    if (!interval || now - fed_ < *interval) return;
    const std::uint64_t turns = parts_.storage.writer->turns();
    if (turns == fed_turns_) return;
    fed_turns_ = turns;
    fed_ = now;
    parts_.host.alive();
}

} // namespace mizo::app
