#include "daemon/store/event_log.hpp"

#include "certs/encoding.hpp"
#include "daemon/store/event_search.hpp"

namespace mizo::store {

namespace {

// Everything of an EventRow; `x` is its dead letter.
constexpr std::string_view row_columns = R"sql(
    e.uuid, e.seq, d.uuid, e.kind, e.event_text, e.ticket, e.title, e.occurred_ms, e.received_ms, e.origin,
    e.understood, e.own, e.replay_of, e.batch_index,
    x.given_up_by, x.code, x.text, x.at_ms,
    CASE WHEN e.seq <= s.acked AND x.seq IS NULL
        THEN (SELECT at_ms FROM acks WHERE upto >= e.seq ORDER BY upto LIMIT 1) END,
    (SELECT count(*) FROM sends WHERE first_seq BETWEEN e.seq - 255 AND e.seq AND last_seq >= e.seq),
)sql";
constexpr std::string_view row_source = R"sql(
    FROM events e CROSS JOIN stream s CROSS JOIN deliveries d ON d.id = e.delivery
        LEFT JOIN dead_letters x ON x.seq = e.seq
)sql";
constexpr int columns_of_row = 21;

std::string select_row()
{
    return "SELECT " + std::string{row_columns} + std::string{state_sql};
}

EventRow read_row(const Statement& row)
{
    EventRow event;
    event.id = row.string(0);
    event.seq = row.optional_integer(1);
    event.delivery_id = row.string(2);
    event.kind = from_name<EventKind>(row.text(3)).value_or(EventKind::other);
    event.event_text = row.string(4);
    event.ticket = row.optional_integer(5);
    event.title = row.optional_string(6);
    event.occurred = row.optional_time(7);
    event.received = row.time(8);
    event.origin = from_name<Origin>(row.text(9)).value_or(Origin::webhook);
    event.understood = row.boolean(10);
    event.own = row.boolean(11);
    event.replay_of = row.optional_string(12);
    event.batch_index = row.optional_integer(13);
    if (!row.is_null(14)) event.dead_by = from_name<GivenUpBy>(row.text(14));
    event.dead_code = row.optional_string(15);
    event.dead_text = row.optional_string(16);
    event.dead_at = row.optional_time(17);
    event.acked = row.optional_time(18);
    event.attempts_count = row.integer(19);
    event.state = from_name<EventState>(row.text(20)).value_or(EventState::queued);
    return event;
}

std::vector<Send> load_sends(Database& db, std::int64_t seq)
{
    static constexpr std::string_view sql = R"sql(
        SELECT first_seq, last_seq, attempt, sent_ms, session, ended_ms, outcome, code, text FROM sends
        WHERE first_seq BETWEEN ? AND ? AND last_seq >= ? ORDER BY id
    )sql";
    std::vector<Send> sends;
    Statement load = db.prepare(sql);
    load.bind(seq - (Send::longest - 1), seq, seq);
    while (load.step()) {
        sends.push_back({load.integer(0), load.integer(1), load.integer(2), load.time(3), load.string(4),
                         load.optional_time(5),
                         from_name<SendOutcome>(load.text(6)).value_or(SendOutcome::lost),
                         load.optional_string(7), load.optional_string(8)});
    }
    return sends;
}

std::vector<std::string> load_replays(Database& db, const std::string& id)
{
    std::vector<std::string> replays;
    Statement load = db.prepare("SELECT uuid FROM events WHERE replay_of = ? ORDER BY id");
    load.bind(id);
    while (load.step()) replays.push_back(load.string(0));
    return replays;
}

} // namespace

base::Result<Page<EventRow>> list_events(Database& db, const EventFilter& filter, const PageRequest& request)
{
    const auto rows = find_rows(db, search_for(db, filter), request);
    if (!rows) return rows.error();
    Page<EventRow> page;
    page.next_cursor = rows->next_cursor;
    Statement load = db.prepare(select_row() + std::string{row_source} + "WHERE e.id = ?");
    for (const std::int64_t id : rows->items) page.items.push_back(read_row(load.bind(id).first()));
    return page;
}

base::Result<EventDetail> event_detail(Database& db, const std::string& id)
{
    const std::string sql = select_row() + R"sql(,
        e.dedup_key, d.thumbprint, d.body_size, d.body_sha256,
        EXISTS (SELECT 1 FROM bodies b WHERE b.delivery = d.id)
    )sql" + std::string{row_source} +
                            "WHERE e.uuid = ?";
    Statement load = db.prepare(sql);
    if (!load.bind(id).step())
        return base::Error{base::Errc::not_found, "not_found", "There is no such event."};
    EventDetail detail;
    detail.row = read_row(load);
    detail.dedup_key = load.string(columns_of_row);
    detail.thumbprint = load.optional_string(columns_of_row + 1);
    detail.size = load.integer(columns_of_row + 2);
    detail.sha256 = certs::hex(load.blob(columns_of_row + 3));
    detail.available = load.boolean(columns_of_row + 4);
    if (detail.row.seq) detail.attempts = load_sends(db, *detail.row.seq);
    detail.replays = load_replays(db, id);
    return detail;
}

ReplayCount count_replayable(Database& db, const EventFilter& filter)
{
    const Search search = search_for(db, filter);
    ReplayCount count;
    if (search.bounds.from >= search.bounds.below) return count;
    const std::string sql = R"sql(
        SELECT count(*), count(e.seq), count(CASE WHEN e.seq IS NOT NULL AND EXISTS (
            SELECT 1 FROM bodies b WHERE b.delivery = e.delivery) THEN 1 END),
            min(e.received_ms), max(e.received_ms)
        FROM )sql" + search.source +
                            " AND e.id >= ? AND e.id < ? AND " + search.filter.sql();
    std::vector<Value> values = search.source_values;
    values.emplace_back(search.bounds.from);
    values.emplace_back(search.bounds.below);
    values.insert(values.end(), search.filter.values().begin(), search.filter.values().end());
    Statement counted = db.prepare(sql);
    counted.bind_list(values).first();
    count.matched = counted.integer(0);
    count.unscoped = counted.integer(0) - counted.integer(1);
    count.replayable = counted.integer(2);
    count.without_body = counted.integer(1) - counted.integer(2);
    count.oldest = counted.optional_time(3);
    count.newest = counted.optional_time(4);
    return count;
}

} // namespace mizo::store
