#include "daemon/app/halo_side.hpp"

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
      alerts_{alerts_parts()},
      test_ticket_{test_ticket_parts()}
{
    inbox_.set_agent(&agent_);
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

setup::TestTicketRun::Parts HaloSide::test_ticket_parts()
{
    // Until Mizo's insights are kept here, none is seen.
    auto insight = [](std::int64_t) { return std::optional<base::WallTime>{}; };
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

asio::awaitable<void> HaloSide::start()
{
    co_await client_.start();
    co_await alerts_.start();
    co_await test_ticket_.start();
    co_await agent_.start();
}

asio::awaitable<void> HaloSide::stop()
{
    co_await test_ticket_.stop();
    co_await alerts_.stop();
    co_await agent_.finish(writes_finish_within);
    co_await client_.stop();
    co_await agent_.stop();
}

void HaloSide::set_settings(const config::Settings& settings)
{
    client_.set_settings(halo_api::api_settings(settings));
    alerts_.set_settings(settings);
    agent_.set_settings(settings);
}

} // namespace mizo::app
