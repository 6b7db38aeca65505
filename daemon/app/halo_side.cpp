#include "daemon/app/halo_side.hpp"

#include "daemon/admin/audit.hpp"
#include "daemon/admin/settings_store.hpp"
#include "daemon/net/store_io.hpp"

namespace mizo::app {

namespace {

// Writes to HaloPSA that are on their way are waited for this long when the daemon stops.
constexpr std::chrono::milliseconds writes_finish_within{2'000};

} // namespace

HaloSide::HaloSide(HaloSideParts parts)
    : parts_{std::move(parts)},
      client_{{parts_.loop, *parts_.storage.writer, *parts_.storage.readers, parts_.clock, parts_.log},
              halo_api::api_settings(*parts_.settings.current())},
      agent_{{parts_.loop, *parts_.storage.writer, *parts_.storage.readers, client_, parts_.clock,
              parts_.random, parts_.log, parts_.send},
             *parts_.settings.current()},
      tab_{{parts_.loop, *parts_.storage.writer, *parts_.storage.readers, parts_.settings, client_,
            parts_.clock, parts_.random, parts_.log, parts_.send}},
      alerts_{alerts_parts()},
      test_ticket_{test_ticket_parts()},
      guide_{guide_parts()},
      reconciler_{reconcile_parts()}
{
    inbox_.set_agent(&agent_);
    inbox_.set_tab(&tab_.inbox());
}

alerts::Teller::Parts HaloSide::alerts_parts()
{
    return {parts_.loop,
            *parts_.storage.writer,
            *parts_.storage.readers,
            parts_.settings,
            parts_.clock,
            parts_.random,
            parts_.log,
            client_,
            alerts::make_http_receiver(alerts::way_out(*parts_.settings.current())),
            parts_.version};
}

reconcile::Reconciler::Parts HaloSide::reconcile_parts()
{
    return {parts_.loop,
            *parts_.storage.writer,
            *parts_.storage.readers,
            client_,
            parts_.recorder,
            parts_.settings,
            parts_.clock,
            base::Logger{parts_.log, "reconcile"},
            parts_.storage.webhook_token,
            parts_.inflow};
}

setup::TestTicketRun::Parts HaloSide::test_ticket_parts()
{
    auto insight = [this](std::int64_t ticket) { return tab_.insight_seen(ticket); };
    return {parts_.loop,
            *parts_.storage.writer,
            *parts_.storage.readers,
            parts_.clock,
            parts_.random,
            parts_.log,
            client_,
            parts_.link,
            insight};
}

setup::Guide::Parts HaloSide::guide_parts()
{
    const auto scopes = [this] {
        const halo_api::ScopeView view = client_.view().scopes;
        return setup::Scopes{view.asked, view.granted};
    };
    const auto webhook_url = [this] {
        return parts_.public_url() + "/webhooks/halopsa/" + parts_.storage.webhook_token;
    };
    const auto tab_url = [this] {
        return parts_.public_url() + "/tab?" + parts_.settings.current()->text(config::Key::tab_query);
    };
    const auto test_ticket = [this]() -> std::optional<setup::TicketResult> {
        const setup::TestTicket& ticket = test_ticket_.ticket();
        const bool passed = ticket.state() == setup::TicketState::passed;
        if (!ticket.ended() || (!passed && ticket.state() != setup::TicketState::failed)) return {};
        return setup::TicketResult{passed, *ticket.ended()};
    };
    const auto keep = [this](std::string secret) { return keep_tab_secret(std::move(secret)); };
    const auto renew = [this]() -> asio::awaitable<void> { co_await client_.test(); };
    const auto audit = [this](std::string action, boost::json::object args) {
        return note_deed(std::move(action), std::move(args));
    };
    return {parts_.loop,
            client_,
            parts_.certificates,
            parts_.settings,
            *parts_.storage.writer,
            *parts_.storage.readers,
            parts_.clock,
            parts_.log,
            scopes,
            webhook_url,
            tab_url,
            test_ticket,
            keep,
            renew,
            audit};
}

asio::awaitable<void> HaloSide::note_deed(std::string action, boost::json::object args)
{
    admin::Deed deed{"system", std::move(action), std::move(args)};
    auto write = [entry = admin::audit_entry(deed, parts_.clock.wall(), parts_.random)](store::Database& db) {
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(*parts_.storage.writer, std::move(write));
}

// As a change over the admin API, but by the relay itself.
asio::awaitable<base::Result<void>> HaloSide::keep_tab_secret(std::string secret)
{
    const boost::json::object patch{{"halo.tab_secret", secret}};
    auto change = parts_.settings.current()->with(patch);
    if (!change.problems.empty()) {
        const config::Problem& problem = change.problems.front();
        co_return base::Error{base::Errc::conflict, problem.code, problem.text};
    }
    auto write = [now = parts_.clock.wall(),
                  writes = admin::settings_to_write(change.settings, change.changed,
                                                    *parts_.storage.sealing_key)](store::Database& db) {
        admin::write_settings(db, writes, now);
        return true;
    };
    co_await net::on_writer(*parts_.storage.writer, std::move(write));
    // Another change may have come into force while this one went to disk.
    parts_.settings.replace(parts_.settings.current()->with(patch).settings);
    co_return base::Result<void>{};
}

asio::awaitable<void> HaloSide::start()
{
    co_await client_.start();
    co_await test_ticket_.start();
    co_await agent_.start();
    co_await guide_.start();
    co_await reconciler_.start();
    // Last: alerts are judged from now on, by what the others remember.
    co_await alerts_.start();
}

asio::awaitable<void> HaloSide::stop()
{
    co_await reconciler_.stop();
    co_await guide_.stop();
    co_await test_ticket_.stop();
    co_await alerts_.stop();
    co_await agent_.finish(writes_finish_within);
    co_await tab_.stop();
    co_await client_.stop();
    co_await agent_.stop();
}

void HaloSide::set_settings(const config::Settings& settings)
{
    client_.set_settings(halo_api::api_settings(settings));
    alerts_.set_settings(settings);
    agent_.set_settings(settings);
    guide_.settings_changed();
    tab_.set_settings(settings);
}

} // namespace mizo::app
