#include "daemon/store/retention.hpp"

#include "daemon/store/stream.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

namespace {

constexpr std::int64_t shortest_repeat_days = 30;
// HaloPSA keeps its log for 30 days: a row that is read back must still be known then.
constexpr std::chrono::days halo_log_kept{5};

// What one step works with. Deliveries up to `last_id` may be looked at: those beyond are too young, or
// still wait.
struct Scope {
    Database& db;
    const Stream stream;
    const base::WallTime now;
    const std::int64_t rows;
};

base::WallTime days_before(base::WallTime now, std::int64_t days)
{
    return now - std::chrono::days{days};
}

// The last delivery that can be old enough and that nothing before waits behind. Replays are asked for row
// by row.
std::int64_t last_candidate(const Scope& scope, base::WallTime cutoff)
{
    Statement old = scope.db.prepare(
        "SELECT id FROM deliveries WHERE received_ms < ? ORDER BY received_ms DESC, id DESC LIMIT 1");
    if (!old.bind(cutoff).step()) return 0;
    Statement waiting = scope.db.prepare(
        "SELECT delivery FROM events WHERE seq > ? AND replay_of IS NULL ORDER BY seq LIMIT 1");
    if (!waiting.bind(scope.stream.acked).step()) return old.integer(0);
    return std::min(old.integer(0), waiting.integer(0) - 1);
}

std::vector<std::int64_t> find(const Scope& scope, std::string_view sql, base::WallTime cutoff)
{
    std::vector<std::int64_t> ids;
    Statement candidates = scope.db.prepare(sql);
    candidates.bind(last_candidate(scope, cutoff), cutoff, scope.stream.acked, cutoff, scope.rows);
    while (candidates.step()) ids.push_back(candidates.integer(0));
    return ids;
}

// What is sent again must have its bytes, so the stream begins after the last event that lost them.
void raise_first_seq(Database& db, std::int64_t delivery)
{
    static constexpr std::string_view sql = R"sql(
        UPDATE stream SET first_seq = max(first_seq, 1 + (
            SELECT coalesce(max(seq), 0) FROM events WHERE delivery = ?))
    )sql";
    db.prepare(sql).bind(delivery).run();
}

std::int64_t remove_bodies(const Scope& scope, base::WallTime cutoff)
{
    static constexpr std::string_view sql = R"sql(
        SELECT b.delivery FROM bodies b CROSS JOIN deliveries d ON d.id = b.delivery
        WHERE b.delivery <= ? AND d.received_ms < ? AND d.outcome <> 'rejected' AND NOT EXISTS (
            SELECT 1 FROM events e WHERE e.delivery = d.id AND (e.seq > ? OR e.received_ms >= ?))
        ORDER BY b.delivery LIMIT ?
    )sql";
    const auto ids = find(scope, sql, cutoff);
    for (const std::int64_t id : ids) {
        raise_first_seq(scope.db, id);
        scope.db.prepare("DELETE FROM bodies WHERE delivery = ?").bind(id).run();
    }
    return static_cast<std::int64_t>(ids.size());
}

std::int64_t remove_deliveries(const Scope& scope, base::WallTime cutoff, RetentionStep& step)
{
    static constexpr std::string_view sql = R"sql(
        SELECT d.id FROM deliveries d
        WHERE d.id <= ? AND d.received_ms < ? AND d.outcome <> 'rejected' AND NOT EXISTS (
            SELECT 1 FROM events e WHERE e.delivery = d.id AND (e.seq > ? OR e.received_ms >= ?))
        ORDER BY d.id LIMIT ?
    )sql";
    const auto ids = find(scope, sql, cutoff);
    for (const std::int64_t id : ids) {
        raise_first_seq(scope.db, id);
        scope.db.prepare("DELETE FROM dead_letters WHERE seq IN (SELECT seq FROM events WHERE delivery = ?)")
            .bind(id)
            .run();
        scope.db.prepare("DELETE FROM events WHERE delivery = ?").bind(id).run();
        step.events += scope.db.changes();
        scope.db.prepare("DELETE FROM deliveries WHERE id = ?").bind(id).run();
    }
    step.deliveries += static_cast<std::int64_t>(ids.size());
    return static_cast<std::int64_t>(ids.size());
}

// Those that brought nothing new, beyond their number.
std::int64_t remove_repeated(const Scope& scope, std::int64_t limit)
{
    static constexpr std::string_view sql = R"sql(
        DELETE FROM deliveries WHERE id IN (
            SELECT id FROM deliveries WHERE outcome = 'repeated' AND outcome <> 'accepted'
            ORDER BY id DESC LIMIT ? OFFSET ?)
    )sql";
    scope.db.prepare(sql).bind(scope.rows, limit).run();
    return scope.db.changes();
}

std::int64_t remove_rejected(const Scope& scope, base::WallTime cutoff)
{
    static constexpr std::string_view sql = R"sql(
        DELETE FROM deliveries WHERE id IN (
            SELECT id FROM deliveries WHERE outcome = 'rejected' AND outcome <> 'accepted'
            ORDER BY id LIMIT ?) AND received_ms < ?
        RETURNING body_size + length(headers) + length(verification) + 512
    )sql";
    std::int64_t count = 0;
    std::int64_t bytes = 0;
    Statement remove = scope.db.prepare(sql);
    remove.bind(scope.rows, cutoff);
    while (remove.step()) {
        ++count;
        bytes += remove.integer(0);
    }
    if (count > 0)
        scope.db.prepare("UPDATE rejected_space SET count = count - ?, bytes = bytes - ?")
            .bind(count, bytes)
            .run();
    return count;
}

// What tells of events that are no longer here.
std::int64_t remove_traces(const Scope& scope)
{
    static constexpr std::string_view acks_sql = R"sql(
        DELETE FROM acks WHERE upto IN (SELECT upto FROM acks WHERE upto < ? ORDER BY upto LIMIT ?)
    )sql";
    static constexpr std::string_view sends_sql = R"sql(
        DELETE FROM sends WHERE id IN (SELECT id FROM sends ORDER BY id LIMIT ?) AND last_seq < ?
    )sql";
    Statement oldest = scope.db.prepare("SELECT min(seq) FROM events WHERE seq IS NOT NULL");
    const std::int64_t first = oldest.bind().first().optional_integer(0).value_or(scope.stream.next_seq);
    scope.db.prepare(acks_sql).bind(first, scope.rows).run();
    const std::int64_t acks = scope.db.changes();
    scope.db.prepare(sends_sql).bind(scope.rows, first).run();
    return std::max(acks, scope.db.changes());
}

struct Aged {
    std::string table;
    std::string time; // its column
    std::string key = "id";
};

// Of a table whose rows came in the order of their time.
std::int64_t remove_first(const Scope& scope, const Aged& aged, base::WallTime cutoff)
{
    const auto& [table, time, key] = aged;
    const std::string oldest = "SELECT " + key + " FROM " + table + " ORDER BY " + key + " LIMIT ?";
    scope.db.prepare("DELETE FROM " + table + " WHERE " + key + " IN (" + oldest + ") AND " + time + " < ?")
        .bind(scope.rows, cutoff)
        .run();
    return scope.db.changes();
}

// Of a table with an index on the time, since its rows are renewed.
std::int64_t remove_by_time(const Scope& scope, const Aged& aged, base::WallTime cutoff)
{
    const auto& [table, time, key] = aged;
    const std::string aged_keys =
        "SELECT " + key + " FROM " + table + " WHERE " + time + " < ? ORDER BY " + time + " LIMIT ?";
    scope.db.prepare("DELETE FROM " + table + " WHERE " + key + " IN (" + aged_keys + ")")
        .bind(cutoff, scope.rows)
        .run();
    return scope.db.changes();
}

} // namespace

RetentionStep apply_retention(Database& db, const RetentionRules& rules, base::WallTime now,
                              std::int64_t rows)
{
    const Scope scope{db, load_stream(db), now, rows};
    RetentionStep step;
    const auto note = [&](std::int64_t removed) {
        step.more = step.more || removed == rows;
        return removed;
    };
    step.bodies +=
        note(remove_bodies(scope, days_before(now, std::min(rules.body_days, rules.retention_days))));
    note(remove_deliveries(scope, days_before(now, rules.retention_days), step));
    if (!step.more && db.used_bytes() > rules.max_bytes) {
        // Out of space: first the bytes of what is acked, then its place in the log.
        const std::int64_t bodies = note(remove_bodies(scope, now));
        step.bodies += bodies;
        if (bodies == 0) note(remove_deliveries(scope, now, step));
    }
    step.deliveries += note(remove_repeated(scope, rules.repeated_limit));
    step.deliveries += note(remove_rejected(scope, days_before(now, rules.retention_days)));
    step.other += note(remove_traces(scope));
    const auto seen_before = days_before(now, std::max(rules.repeat_days, shortest_repeat_days));
    const auto first = [&](const Aged& aged, base::WallTime cutoff) {
        step.other += note(remove_first(scope, aged, cutoff));
    };
    const auto by_time = [&](const Aged& aged, base::WallTime cutoff) {
        step.other += note(remove_by_time(scope, aged, cutoff));
    };
    first({"repeats", "seen_ms"}, seen_before);
    // What is compared with HaloPSA's answers, which reach no further back than its log does.
    by_time({"tickets", "seen_ms"}, seen_before - halo_log_kept);
    by_time({"halo_log", "counted_ms"}, seen_before - halo_log_kept);
    by_time({"metrics_history", "minute_ms", "minute_ms"}, days_before(now, rules.metrics_days));
    // Beyond their number and bytes they leave as others come; here, those of tickets that are long done.
    by_time({"insights", "received_ms", "ticket"}, days_before(now, rules.retention_days));
    first({"halo_calls", "at_ms"}, days_before(now, rules.halo_calls_days));
    first({"agent_calls", "at_ms"}, days_before(now, rules.agent_calls_days));
    first({"agent_keys", "begun_ms"}, days_before(now, rules.agent_keys_days));
    return step;
}

} // namespace mizo::store
