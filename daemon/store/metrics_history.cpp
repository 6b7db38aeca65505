#include "daemon/store/metrics_history.hpp"

namespace mizo::store {

namespace {

std::optional<double> optional_real(const Statement& row, int column)
{
    if (row.is_null(column)) return std::nullopt;
    return row.real(column);
}

} // namespace

void put_metrics_minute(Database& db, const MetricsMinute& minute)
{
    static constexpr std::string_view sql = R"sql(
        INSERT OR REPLACE INTO metrics_history (
            minute_ms, accepted, repeated, rejected, acked, queued, p50_ms, p99_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(minute.minute, minute.accepted, minute.repeated, minute.rejected, minute.acked, minute.queued,
              minute.p50_ms, minute.p99_ms)
        .run();
}

std::vector<MetricsMinute> load_metrics(Database& db, base::WallTime from, base::WallTime to)
{
    static constexpr std::string_view sql = R"sql(
        SELECT minute_ms, accepted, repeated, rejected, acked, queued, p50_ms, p99_ms
        FROM metrics_history WHERE minute_ms >= ? AND minute_ms < ? ORDER BY minute_ms
    )sql";
    std::vector<MetricsMinute> minutes;
    Statement load = db.prepare(sql);
    load.bind(from, to);
    while (load.step()) {
        minutes.push_back({load.time(0), load.integer(1), load.integer(2), load.integer(3), load.integer(4),
                           load.integer(5), optional_real(load, 6), optional_real(load, 7)});
    }
    return minutes;
}

std::vector<QuarterHour> load_quarters(Database& db, base::WallTime from)
{
    static constexpr std::string_view sql = R"sql(
        SELECT minute_ms / 900000 AS quarter, count(*), sum(accepted + repeated)
        FROM metrics_history WHERE minute_ms >= ? GROUP BY quarter ORDER BY quarter
    )sql";
    std::vector<QuarterHour> quarters;
    Statement load = db.prepare(sql);
    load.bind(from);
    while (load.step())
        quarters.push_back({base::from_ms(load.integer(0) * 900'000), load.integer(1), load.integer(2)});
    return quarters;
}

} // namespace mizo::store
