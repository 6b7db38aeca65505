#include "daemon/relay/session.hpp"

#include "daemon/relay/session_machine.hpp"

namespace mizo::relay {

Session::Session(Settings settings, Instant now)
    : machine_{std::make_unique<Machine>(std::move(settings), now)}
{}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

std::vector<Action> Session::on(Event event, Instant now)
{
    return machine_->on(std::move(event), now);
}

std::optional<SteadyTime> Session::wake() const
{
    return machine_->wake();
}

BatchHello Session::hello(LinkId link, Instant now) const
{
    return machine_->hello(link, now);
}

View Session::view(Instant now) const
{
    return machine_->view(now);
}

bool Session::is_live() const
{
    return machine_->is_live();
}

std::string_view name_of(Transport transport)
{
    return transport == Transport::websocket ? "websocket" : "batches";
}

std::string_view name_of(LinkState state)
{
    switch (state) {
    case LinkState::unenrolled: return "unenrolled";
    case LinkState::waiting: return "waiting";
    case LinkState::dialling: return "dialling";
    case LinkState::opening: return "opening";
    case LinkState::live: return "live";
    case LinkState::stopped: return "stopped";
    case LinkState::ended: return "ended";
    }
    return {};
}

} // namespace mizo::relay
