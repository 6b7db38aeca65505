#include "daemon/store/ledger.hpp"

#include "daemon/store/stream.hpp"

namespace mizo::store {

QueueCounts count_queue(Database& db)
{
    static constexpr std::string_view oldest_sql = R"sql(
        SELECT e.received_ms FROM events e
        WHERE e.seq > ? AND NOT EXISTS (SELECT 1 FROM dead_letters x WHERE x.seq = e.seq)
        ORDER BY e.seq LIMIT 1
    )sql";
    const Stream stream = load_stream(db);
    QueueCounts counts;
    counts.dead = db.scalar("SELECT count(*) FROM dead_letters");
    Statement waiting_dead = db.prepare("SELECT count(*) FROM dead_letters WHERE seq > ?");
    counts.queued = stream.next_seq - 1 - stream.acked - waiting_dead.bind(stream.acked).first().integer(0);
    Statement oldest = db.prepare(oldest_sql);
    if (counts.queued > 0 && oldest.bind(stream.acked).step()) counts.oldest = oldest.time(0);
    counts.bytes = db.used_bytes();
    return counts;
}

Ledger count_ledger(Database& db, base::WallTime from)
{
    // One walk along the index alone. Replays are no receipts.
    static constexpr std::string_view sql = R"sql(
        SELECT count(*), count(e.seq), count(CASE WHEN e.seq <= s.acked THEN 1 END)
        FROM stream s CROSS JOIN events e INDEXED BY events_received
        WHERE e.received_ms >= ? AND e.replay_of IS NULL
    )sql";
    static constexpr std::string_view dead_sql = R"sql(
        SELECT count(*), count(CASE WHEN e.seq <= s.acked THEN 1 END)
        FROM stream s CROSS JOIN dead_letters x CROSS JOIN events e ON e.seq = x.seq
        WHERE e.received_ms >= ? AND e.replay_of IS NULL
    )sql";
    Statement count = db.prepare(sql);
    count.bind(from).first();
    Statement dead = db.prepare(dead_sql);
    dead.bind(from).first();
    Ledger ledger;
    ledger.received = count.integer(0);
    ledger.stored = count.integer(0);
    ledger.unscoped = count.integer(0) - count.integer(1);
    ledger.dead = dead.integer(0);
    ledger.acked = count.integer(2) - dead.integer(1);
    return ledger;
}

LastSuccess last_success(Database& db)
{
    const auto newest = [&](std::string_view sql) -> std::optional<base::WallTime> {
        Statement find = db.prepare(sql);
        if (!find.bind().step()) return std::nullopt;
        return find.optional_time(0);
    };
    LastSuccess last;
    const auto accepted = newest(R"sql(
        SELECT d.received_ms FROM events e JOIN deliveries d ON d.id = e.delivery
        WHERE e.replay_of IS NULL ORDER BY e.id DESC LIMIT 1
    )sql");
    const auto repeated = newest(R"sql(
        SELECT received_ms FROM deliveries WHERE outcome = 'repeated' AND outcome <> 'accepted'
        ORDER BY id DESC LIMIT 1
    )sql");
    last.accepted = !accepted ? repeated : !repeated ? accepted : std::max(*accepted, *repeated);
    last.rejected = newest(R"sql(
        SELECT received_ms FROM deliveries WHERE outcome = 'rejected' AND outcome <> 'accepted'
        ORDER BY id DESC LIMIT 1
    )sql");
    last.stored = last.accepted;
    last.acked = newest("SELECT at_ms FROM acks ORDER BY upto DESC LIMIT 1");
    return last;
}

} // namespace mizo::store
