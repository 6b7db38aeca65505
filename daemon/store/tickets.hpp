#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// What the events tell of the tickets they are about, by HaloPSA's own times.
namespace mizo::store {

// HaloPSA's time of a change and that of the webhook which tells of it differ by so much at most.
inline constexpr std::chrono::milliseconds same_change_within{3'000};

struct KnownTicket {
    std::optional<std::int64_t> type;
    std::optional<std::int64_t> status;
    std::optional<base::WallTime> known;  // events up to then are here
    std::optional<base::WallTime> polled; // the last change that the API showed and that was looked at
};
std::optional<KnownTicket> load_ticket(Database& db, std::int64_t ticket);

// What one event says of its ticket; what is empty says nothing.
struct TicketFacts {
    std::optional<std::int64_t> type;
    std::optional<std::int64_t> status;
    bool status_changed = false; // to one that is not named
    std::optional<base::WallTime> at;
};
void note_ticket(Database& db, std::int64_t ticket, const TicketFacts& facts, base::WallTime now);
// Its change of this time, as the API showed it, was looked at.
void note_polled(Database& db, std::int64_t ticket, base::WallTime at, base::WallTime now);

// What names a change that happens once: a ticket's creation, or one action. Empty for other kinds, and for
// an action whose number is not known.
std::string change_key(EventKind kind, std::int64_t ticket, std::optional<std::int64_t> action);

} // namespace mizo::store
