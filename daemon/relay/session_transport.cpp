#include "daemon/relay/session_transport.hpp"

#include <algorithm>

namespace mizo::relay {

Transport TransportChoice::at(SteadyTime now) const
{
    return websocket_at_ && now < *websocket_at_ ? Transport::batches : Transport::websocket;
}

void TransportChoice::upgrade_failed(Instant now)
{
    failures_ = std::min(failures_ + 1, failures_max);
    if (failures_ < failures_max) return;
    if (!websocket_at_) since_ = now.wall;
    websocket_at_ = now.steady + websocket_every;
}

void TransportChoice::websocket_is_live(Instant now)
{
    failures_ = 0;
    leave_batches(now);
}

void TransportChoice::batches_failed(Instant now)
{
    leave_batches(now);
    // One more failed upgrade, and they are tried again: the two take turns until one of them opens.
    failures_ = failures_max - 1;
}

void TransportChoice::try_websocket(Instant now)
{
    if (websocket_at_) websocket_at_ = now.steady;
}

void TransportChoice::leave_batches(Instant now)
{
    if (websocket_at_) since_ = now.wall;
    websocket_at_.reset();
}

bool is_stripped(const DialFailed& failure)
{
    constexpr int not_implemented = 501; // what a box says that knows no upgrades
    if (failure.stage != DialStage::upgrade) return false;
    const int status = failure.http_status;
    if (status == 401 || status == 403) return failure.is_page;
    return status != 429 && (status < 500 || status == not_implemented);
}

} // namespace mizo::relay
