#include "daemon/store/insights.hpp"

namespace mizo::store {

namespace {

std::int64_t size_of(const Insight& insight)
{
    return static_cast<std::int64_t>(insight.title.size() + insight.sections.size() + insight.actions.size());
}

void make_room(Database& db, const InsightBounds& bounds)
{
    static constexpr std::string_view measure = "SELECT count(*), coalesce(sum(bytes), 0) FROM insights";
    static constexpr std::string_view remove = R"sql(
        DELETE FROM insights WHERE ticket IN (
            SELECT ticket FROM (
                SELECT ticket, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
                FROM insights WINDOW newest AS (ORDER BY received_ms DESC, ticket DESC))
            WHERE place > ? OR total > ?)
    )sql";
    Statement measured = db.prepare(measure);
    measured.bind().first();
    if (measured.integer(0) <= bounds.count && measured.integer(1) <= bounds.bytes) return;
    db.prepare(remove).bind(bounds.count, bounds.bytes).run();
}

} // namespace

bool put_insight(Database& db, const Insight& insight, const InsightBounds& bounds)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO insights (ticket, revision, title, sections, actions, expires_ms, received_ms, bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (ticket) DO UPDATE SET
            revision = excluded.revision, title = excluded.title, sections = excluded.sections,
            actions = excluded.actions, expires_ms = excluded.expires_ms,
            received_ms = excluded.received_ms, bytes = excluded.bytes
        WHERE excluded.revision > insights.revision
    )sql";
    db.prepare(sql)
        .bind(insight.ticket, insight.revision, insight.title, insight.sections, insight.actions,
              insight.expires, insight.received, size_of(insight))
        .run();
    if (db.changes() == 0) return false;
    make_room(db, bounds);
    return true;
}

std::optional<Insight> load_insight(Database& db, std::int64_t ticket)
{
    static constexpr std::string_view sql = R"sql(
        SELECT ticket, revision, title, sections, actions, expires_ms, received_ms
        FROM insights WHERE ticket = ?
    )sql";
    Statement row = db.prepare(sql);
    if (!row.bind(ticket).step()) return {};
    Insight insight;
    insight.ticket = row.integer(0);
    insight.revision = row.integer(1);
    insight.title = row.string(2);
    insight.sections = row.string(3);
    insight.actions = row.string(4);
    insight.expires = row.optional_time(5);
    insight.received = row.time(6);
    return insight;
}

} // namespace mizo::store
