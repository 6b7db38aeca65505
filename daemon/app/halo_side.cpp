#include "daemon/app/halo_side.hpp"

namespace mizo::app {

HaloSide::HaloSide(HaloSideParts parts)
    : parts_{std::move(parts)},
      client_{{parts_.loop, *parts_.storage.writer, *parts_.storage.readers, parts_.clock, parts_.log},
              halo_api::api_settings(*parts_.settings.current())},
      alerts_{alerts_parts()},
      test_ticket_{test_ticket_parts()}
{}

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
}

asio::awaitable<void> HaloSide::stop()
{
    co_await test_ticket_.stop();
    co_await alerts_.stop();
    co_await client_.stop();
}

void HaloSide::set_settings(const config::Settings& settings)
{
    client_.set_settings(halo_api::api_settings(settings));
    alerts_.set_settings(settings);
}

} // namespace mizo::app
