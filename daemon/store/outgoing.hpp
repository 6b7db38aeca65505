#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

// Whether an event's bytes may be sent. Only `whole` ever carries a body.
enum class BodyState {
    whole,
    damaged, // its bytes no longer match their SHA-256
    missing, // its bytes are not here
};

// An event as the link needs it.
struct OutgoingEvent {
    std::int64_t seq = 0;
    std::int64_t attempts = 0; // sendings known so far
    std::int64_t nacks = 0;
    std::optional<std::string> dead_code; // given up already, as this: skipped again when the cloud goes back
    std::string id;
    EventKind kind = EventKind::other;
    std::optional<std::int64_t> ticket;
    std::optional<base::WallTime> occurred;
    base::WallTime received{};
    Origin origin = Origin::webhook;
    std::optional<std::int64_t> batch_index;
    std::string dedup_key;
    std::optional<std::string> replay_of;
    std::string content_type;
    std::optional<std::string> thumbprint;
    std::optional<std::string> signature;
    std::optional<std::string> signature_alg;
    BodyState body_state = BodyState::whole;
    std::shared_ptr<const std::string> body; // the bytes HaloPSA signed; one batch's events share them
};

struct LoadLimits {
    std::int64_t events = 256;
    std::int64_t bytes = 8 * 1024 * 1024; // of bodies; the first event comes even if it alone is larger
};

// What is sent next, in the order of seq from `from_seq` on, each body checked against its SHA-256.
std::vector<OutgoingEvent> load_events(Database& db, std::int64_t from_seq, const LoadLimits& limits = {});

} // namespace mizo::store
