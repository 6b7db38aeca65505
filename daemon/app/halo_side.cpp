#include "daemon/app/halo_side.hpp"

namespace mizo::app {

HaloSide::HaloSide(HaloSideParts parts)
    : parts_{std::move(parts)},
      client_{{parts_.loop, *parts_.storage.writer, *parts_.storage.readers, parts_.clock, parts_.log},
              halo_api::api_settings(*parts_.settings.current())}
{}

asio::awaitable<void> HaloSide::start()
{
    co_await client_.start();
}

asio::awaitable<void> HaloSide::stop()
{
    co_await client_.stop();
}

void HaloSide::set_settings(const config::Settings& settings)
{
    client_.set_settings(halo_api::api_settings(settings));
}

} // namespace mizo::app
