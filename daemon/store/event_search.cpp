#include "daemon/store/event_search.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/store/stream.hpp"

namespace mizo::store {

namespace {

bool only(const std::vector<EventState>& states, EventState state)
{
    return states.size() == 1 && states.front() == state;
}

// Rows are stored in the order of time but for a clock that was set back; so the bounds come from the index
// on the time itself, and each row is asked again.
void bound_by_time(Database& db, const EventFilter& filter, Search& search)
{
    if (!filter.after && !filter.before) return;
    static constexpr std::string_view sql = R"sql(
        SELECT min(id), max(id) FROM events INDEXED BY events_received
        WHERE received_ms >= ? AND received_ms < ?
    )sql";
    const std::int64_t after = filter.after ? base::to_ms(*filter.after) : 0;
    const std::int64_t before = filter.before ? base::to_ms(*filter.before) : std::int64_t{1} << 62;
    Statement find = db.prepare(sql);
    find.bind(after, before).first();
    if (find.is_null(0)) return search.bounds.nothing();
    search.bounds.at_least(find.integer(0));
    search.bounds.at_most(find.integer(1));
    search.filter.add("e.received_ms >= ? AND e.received_ms < ?", {Value{after}, Value{before}});
}

// What is acked is a prefix, in rowids as in seqs.
void bound_by_state(Database& db, const EventFilter& filter, Search& search)
{
    if (only(filter.states, EventState::queued)) {
        Statement first = db.prepare("SELECT id FROM events WHERE seq > ? ORDER BY seq LIMIT 1");
        if (!first.bind(load_stream(db).acked).step()) return search.bounds.nothing();
        search.bounds.at_least(first.integer(0));
    } else if (only(filter.states, EventState::acked)) {
        Statement last = db.prepare("SELECT id FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1");
        if (!last.bind(load_stream(db).acked).step()) return search.bounds.nothing();
        search.bounds.at_most(last.integer(0));
    }
}

void bound_by_id(Database& db, const EventFilter& filter, Search& search)
{
    if (!base::is_uuid(filter.q)) return;
    static constexpr std::string_view sql = R"sql(
        SELECT min(id), max(id) FROM (
            SELECT id FROM events WHERE uuid = ?
            UNION ALL
            SELECT e.id FROM deliveries d JOIN events e ON e.delivery = d.id WHERE d.uuid = ?)
    )sql";
    Statement find = db.prepare(sql);
    find.bind(filter.q, filter.q).first();
    if (find.is_null(0)) return search.bounds.nothing();
    search.bounds.at_least(find.integer(0));
    search.bounds.at_most(find.integer(1));
}

// The rows that are walked: those of a ticket, those without a seq, those given up, or all.
void choose_source(const EventFilter& filter, Search& search)
{
    static constexpr std::string_view rest =
        " CROSS JOIN stream s CROSS JOIN deliveries d ON d.id = e.delivery"
        " LEFT JOIN dead_letters x ON x.seq = e.seq WHERE ";
    search.rowid = "e.id";
    search.source = "events e" + std::string{rest};
    if (filter.ticket) {
        search.source += "e.ticket = ?";
        search.source_values = {Value{*filter.ticket}};
    } else if (only(filter.states, EventState::unscoped)) {
        search.source += "e.seq IS NULL";
    } else if (only(filter.states, EventState::dead)) {
        search.source += "e.id IN (SELECT o.id FROM dead_letters g CROSS JOIN events o ON o.seq = g.seq)";
    } else {
        search.source += "true";
    }
}

} // namespace

Search search_for(Database& db, const EventFilter& filter)
{
    Search search;
    choose_source(filter, search);
    bound_by_time(db, filter, search);
    bound_by_state(db, filter, search);
    bound_by_id(db, filter, search);
    search.filter.add_one_of(state_sql, filter.states);
    search.filter.add_one_of("e.kind", filter.kinds);
    search.filter.add_one_of("e.origin", filter.origins);
    search.filter.add_words(filter.q,
                            "e.title, e.event_text, e.ticket, d.remote, d.thumbprint, e.uuid, d.uuid");
    return search;
}

} // namespace mizo::store
