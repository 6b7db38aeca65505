#include "daemon/store/tickets.hpp"

namespace mizo::store {

std::optional<KnownTicket> load_ticket(Database& db, std::int64_t ticket)
{
    Statement load = db.prepare("SELECT type, status, known_ms, polled_ms FROM tickets WHERE id = ?");
    if (!load.bind(ticket).step()) return std::nullopt;
    return KnownTicket{load.optional_integer(0), load.optional_integer(1), load.optional_time(2),
                       load.optional_time(3)};
}

void note_ticket(Database& db, std::int64_t ticket, const TicketFacts& facts, base::WallTime now)
{
    // An event that comes late says nothing of the status that the ticket has now.
    static constexpr std::string_view sql = R"sql(
        INSERT INTO tickets (id, type, status, known_ms, seen_ms) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (id) DO UPDATE SET
            type = coalesce(excluded.type, type),
            status = CASE WHEN excluded.known_ms < known_ms THEN status
                WHEN excluded.status IS NOT NULL OR ?6 THEN excluded.status ELSE status END,
            known_ms = max(coalesce(known_ms, excluded.known_ms), coalesce(excluded.known_ms, known_ms)),
            seen_ms = excluded.seen_ms
    )sql";
    db.prepare(sql).bind(ticket, facts.type, facts.status, facts.at, now, facts.status_changed ? 1 : 0).run();
}

void note_polled(Database& db, std::int64_t ticket, base::WallTime at, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO tickets (id, polled_ms, seen_ms) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET polled_ms = max(coalesce(polled_ms, 0), excluded.polled_ms),
            seen_ms = excluded.seen_ms
    )sql";
    db.prepare(sql).bind(ticket, at, now).run();
}

std::string change_key(EventKind kind, std::int64_t ticket, std::optional<std::int64_t> action)
{
    if (kind == EventKind::created) return "created:" + std::to_string(ticket);
    if (kind == EventKind::action_added && action)
        return "action:" + std::to_string(ticket) + ":" + std::to_string(*action);
    return {};
}

} // namespace mizo::store
