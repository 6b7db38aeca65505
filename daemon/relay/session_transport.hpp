#pragma once

#include "daemon/relay/session_types.hpp"

#include <optional>

namespace mizo::relay {

// Which transport the next link uses. A middlebox that strips the upgrade is told from a cloud that is down
// or refuses by what the upgrade is answered with; and batches that do not open either are no way around
// anything.
class TransportChoice {
public:
    // How often the WebSocket is tried while batches are used.
    static constexpr std::chrono::minutes websocket_every{10};
    // So many upgrades in a row must have failed.
    static constexpr int failures_max = 2;

    explicit TransportChoice(Instant now) : since_{now.wall} {}

    Transport at(SteadyTime now) const;
    // While batches are used: when the WebSocket is tried again.
    std::optional<SteadyTime> websocket_at() const { return websocket_at_; }
    // When the transport was last changed.
    WallTime since() const { return since_; }

    // TLS worked, and what came then was neither a WebSocket nor the cloud's own refusal.
    void upgrade_failed(Instant now);
    // A WebSocket is open, though it need not lead to a link.
    void upgraded() { failures_ = 0; }
    void websocket_is_live(Instant now);
    // The WebSocket was tried beside a batch link, which goes on.
    void websocket_tried(Instant now) { websocket_at_ = now.steady + websocket_every; }
    // Batches were open, and no link came of it.
    void batches_failed(Instant now);
    // A person, or another network: the next try is the WebSocket's.
    void try_websocket(Instant now);

private:
    void leave_batches(Instant now);

    int failures_ = 0; // upgrades in a row
    std::optional<SteadyTime> websocket_at_;
    WallTime since_;
};

// Whether an upgrade failed for another reason than the cloud's own word.
bool is_stripped(const DialFailed& failure);

} // namespace mizo::relay
