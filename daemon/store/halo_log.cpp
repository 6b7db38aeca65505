#include "daemon/store/halo_log.hpp"

#include "daemon/store/ledger.hpp"
#include "daemon/store/settings.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace mizo::store {

namespace {

constexpr std::string_view until_key = "reconcile.log_until";
constexpr std::string_view read_key = "reconcile.log_read";
// What came later than the log was read is counted from the store; what is older is in the log.
constexpr std::chrono::hours read_at_most_before{26};

std::string_view name_of(LogState state)
{
    switch (state) {
    case LogState::here: return "here";
    case LogState::recovered: return "recovered";
    case LogState::repeated: return "repeated";
    case LogState::by_api: return "by_api";
    case LogState::missing: return "missing";
    }
    return "missing";
}

std::optional<base::WallTime> time_in_meta(Database& db, std::string_view key)
{
    const auto text = load_meta(db, key);
    std::int64_t ms = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), ms).ec != std::errc{}) return {};
    return base::from_ms(ms);
}

// Events that came by webhook after the log was read: HaloPSA sent them, too.
std::int64_t count_since(Database& db, base::WallTime until, base::WallTime read)
{
    static constexpr std::string_view sql = R"sql(
        SELECT count(*) FROM events INDEXED BY events_received
        WHERE received_ms >= ? AND replay_of IS NULL AND origin = 'webhook'
            AND coalesce(occurred_ms, received_ms) > ?
    )sql";
    Statement count = db.prepare(sql);
    return count.bind(read - std::chrono::hours{1}, until).first().integer(0);
}

} // namespace

void put_halo_log(Database& db, const std::vector<HaloLogRow>& rows, base::WallTime now)
{
    // What was missing and is here now counts from now on, as its events do.
    static constexpr std::string_view sql = R"sql(
        INSERT INTO halo_log (id, at_ms, counted_ms, state, events) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET counted_ms = excluded.counted_ms, state = excluded.state,
            events = excluded.events
        WHERE halo_log.state = 'missing'
    )sql";
    Statement put = db.prepare(sql);
    for (const HaloLogRow& row : rows) {
        const bool just_now = row.state == LogState::recovered || row.state == LogState::by_api;
        put.bind(row.id, row.at, just_now ? now : row.at, name_of(row.state), row.events).run();
    }
}

std::set<std::string> settled_halo_log(Database& db, const std::vector<std::string>& ids)
{
    std::set<std::string> settled;
    Statement find = db.prepare("SELECT 1 FROM halo_log WHERE id = ? AND state <> 'missing'");
    for (const std::string& id : ids)
        if (find.bind(id).step()) settled.insert(id);
    return settled;
}

std::map<std::int64_t, std::vector<base::WallTime>> event_times(Database& db, base::WallTime from)
{
    static constexpr std::string_view sql = R"sql(
        SELECT ticket, coalesce(occurred_ms, received_ms) FROM events INDEXED BY events_received
        WHERE received_ms >= ? AND replay_of IS NULL AND ticket IS NOT NULL
            AND origin IN ('webhook', 'reconcile')
    )sql";
    std::map<std::int64_t, std::vector<base::WallTime>> times;
    Statement load = db.prepare(sql);
    load.bind(from);
    while (load.step()) times[load.integer(0)].push_back(load.time(1));
    for (auto& [ticket, of_ticket] : times) std::sort(of_ticket.begin(), of_ticket.end());
    return times;
}

void set_halo_log_read(Database& db, base::WallTime until, base::WallTime read)
{
    set_meta(db, until_key, std::to_string(base::to_ms(until)));
    set_meta(db, read_key, std::to_string(base::to_ms(read)));
}

void clear_halo_log_read(Database& db)
{
    clear_meta(db, until_key);
    clear_meta(db, read_key);
}

HaloLedger halo_ledger(Database& db, base::WallTime from)
{
    static constexpr std::string_view sql = R"sql(
        SELECT coalesce(sum(events), 0), coalesce(sum(CASE WHEN state = 'missing' THEN events END), 0)
        FROM halo_log WHERE counted_ms >= ? AND state <> 'repeated'
    )sql";
    const Ledger day = count_ledger(db, from);
    HaloLedger ledger;
    ledger.stored = day.stored;
    ledger.acked = day.acked;
    ledger.read = time_in_meta(db, read_key);
    const auto until = time_in_meta(db, until_key);
    if (!ledger.read || !until || *ledger.read < from + std::chrono::hours{24} - read_at_most_before)
        return ledger;

    Statement sum = db.prepare(sql);
    sum.bind(from).first();
    const std::int64_t waiting = day.stored - day.unscoped - day.acked - day.dead;
    ledger.halo = sum.integer(0) + count_since(db, *until, *ledger.read);
    ledger.missing = sum.integer(1);
    ledger.stored = *ledger.halo - *ledger.missing;
    ledger.acked = std::max<std::int64_t>(0, ledger.stored - waiting - day.dead - day.unscoped);
    ledger.equal = *ledger.missing == 0 && waiting == 0 && day.dead == 0;
    return ledger;
}

} // namespace mizo::store
