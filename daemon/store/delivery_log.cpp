#include "daemon/store/delivery_log.hpp"

#include "certs/digest.hpp"
#include "daemon/store/delivery_search.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

constexpr std::string_view row_sql = R"sql(
    SELECT uuid, received_ms, outcome, reason_code, body_size, remote, thumbprint, origin
    FROM deliveries WHERE id = ?
)sql";

// Of its own events: those that an admin sent again have a fate of their own.
void add_events(Database& db, std::int64_t id, DeliveryRow& row)
{
    const std::string sql =
        "SELECT e.kind, e.event_text, e.ticket, e.title, " + std::string{state_sql} + R"sql(,
            CASE WHEN e.seq <= s.acked AND x.seq IS NULL
                THEN (SELECT at_ms FROM acks WHERE upto >= e.seq ORDER BY upto LIMIT 1) END
        FROM events e CROSS JOIN stream s LEFT JOIN dead_letters x ON x.seq = e.seq
        WHERE e.delivery = ? AND e.replay_of IS NULL ORDER BY e.id
    )sql";
    Statement event = db.prepare(sql);
    event.bind(id);
    while (event.step()) {
        const auto kind = from_name<EventKind>(event.text(0)).value_or(EventKind::other);
        const auto state = from_name<EventState>(event.text(4));
        if (row.events++ == 0) {
            row.event_text = event.string(1);
            row.ticket = event.optional_integer(2);
            row.title = event.optional_string(3);
            row.state = state;
        }
        if (std::ranges::find(row.event_kinds, kind) == row.event_kinds.end())
            row.event_kinds.push_back(kind);
        if (state != row.state) row.mixed = true;
        row.acked = std::max(row.acked, event.optional_time(5));
    }
    if (row.mixed) row.state.reset();
    // Only once the last of them was.
    if (row.state != EventState::acked) row.acked.reset();
}

DeliveryRow load_row(Database& db, std::int64_t id)
{
    Statement load = db.prepare(row_sql);
    load.bind(id).first();
    DeliveryRow row;
    row.id = load.string(0);
    row.received = load.time(1);
    row.outcome = from_name<Outcome>(load.text(2)).value_or(Outcome::accepted);
    row.reason_code = load.optional_string(3);
    row.size = load.integer(4);
    row.remote = load.string(5);
    row.thumbprint = load.optional_string(6);
    row.origin = from_name<Origin>(load.text(7)).value_or(Origin::webhook);
    add_events(db, id, row);
    return row;
}

base::Result<std::int64_t> rowid_of(Database& db, const std::string& id)
{
    Statement find = db.prepare("SELECT id FROM deliveries WHERE uuid = ?");
    if (!find.bind(id).step())
        return base::Error{base::Errc::not_found, "not_found", "There is no such delivery."};
    return find.integer(0);
}

} // namespace

base::Result<Page<DeliveryRow>> list_deliveries(Database& db, const DeliveryFilter& filter,
                                                const PageRequest& request)
{
    const auto rows = find_rows(db, search_for(db, filter), request);
    if (!rows) return rows.error();
    Page<DeliveryRow> page;
    page.next_cursor = rows->next_cursor;
    for (const std::int64_t id : rows->items) page.items.push_back(load_row(db, id));
    return page;
}

base::Result<DeliveryRow> find_delivery(Database& db, const std::string& id)
{
    const auto rowid = rowid_of(db, id);
    if (!rowid) return rowid.error();
    return load_row(db, *rowid);
}

base::Result<DeliveryDetail> delivery_detail(Database& db, const std::string& id, std::int64_t body_limit)
{
    static constexpr std::string_view sql = R"sql(
        SELECT d.method, d.path, d.status, d.duration_us, d.repeat_of, d.headers, d.content_type,
            d.verification, d.signature, d.signature_alg, lower(hex(d.body_sha256)),
            b.delivery IS NOT NULL, substr(b.bytes, 1, ?)
        FROM deliveries d LEFT JOIN bodies b ON b.delivery = d.id WHERE d.id = ?
    )sql";
    const auto rowid = rowid_of(db, id);
    if (!rowid) return rowid.error();
    DeliveryDetail detail;
    detail.row = load_row(db, *rowid);
    Statement load = db.prepare(sql);
    load.bind(body_limit, *rowid).first();
    detail.method = load.string(0);
    detail.path = load.string(1);
    detail.status = static_cast<int>(load.integer(2));
    detail.duration_us = load.integer(3);
    detail.repeat_of = load.optional_string(4);
    detail.headers = load.string(5);
    detail.content_type = load.string(6);
    detail.verification = load.string(7);
    detail.signature = load.optional_string(8);
    detail.signature_alg = load.optional_string(9);
    detail.body_sha256 = load.string(10);
    detail.body_available = load.boolean(11);
    detail.body = load.string(12);
    Statement events = db.prepare("SELECT uuid FROM events WHERE delivery = ? ORDER BY id");
    events.bind(*rowid);
    while (events.step()) {
        auto event = event_detail(db, events.string(0));
        if (event) detail.events.push_back(std::move(*event));
    }
    return detail;
}

base::Result<std::string> delivery_body(Database& db, const std::string& id)
{
    static constexpr std::string_view sql = R"sql(
        SELECT b.bytes, d.body_sha256 FROM deliveries d JOIN bodies b ON b.delivery = d.id WHERE d.uuid = ?
    )sql";
    if (const auto rowid = rowid_of(db, id); !rowid) return rowid.error();
    Statement load = db.prepare(sql);
    if (!load.bind(id).step())
        return base::Error{base::Errc::gone, "body_gone", "The bytes of this delivery have been removed."};
    if (!std::ranges::equal(certs::sha256(load.blob(0)), load.blob(1))) {
        return base::Error{base::Errc::internal, "body_damaged",
                           "The bytes of this delivery no longer match their SHA-256."};
    }
    return load.string(0);
}

} // namespace mizo::store
