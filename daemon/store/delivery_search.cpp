#include "daemon/store/delivery_search.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/store/stream.hpp"

namespace mizo::store {

namespace {

bool only(const std::vector<EventState>& states, EventState state)
{
    return states.size() == 1 && states.front() == state;
}

void bound_by_time(Database& db, const DeliveryFilter& filter, Search& search)
{
    if (!filter.after && !filter.before) return;
    static constexpr std::string_view sql = R"sql(
        SELECT min(id), max(id) FROM deliveries INDEXED BY deliveries_received
        WHERE received_ms >= ? AND received_ms < ?
    )sql";
    const std::int64_t after = filter.after ? base::to_ms(*filter.after) : 0;
    const std::int64_t before = filter.before ? base::to_ms(*filter.before) : std::int64_t{1} << 62;
    Statement find = db.prepare(sql);
    find.bind(after, before).first();
    if (find.is_null(0)) return search.bounds.nothing();
    search.bounds.at_least(find.integer(0));
    search.bounds.at_most(find.integer(1));
    search.filter.add("d.received_ms >= ? AND d.received_ms < ?", {Value{after}, Value{before}});
}

// A replay belongs to an old delivery but does not count for its state, so what waits is a suffix.
void bound_by_state(Database& db, const DeliveryFilter& filter, Search& search)
{
    if (!only(filter.states, EventState::queued)) return;
    static constexpr std::string_view sql = R"sql(
        SELECT delivery FROM events WHERE seq > ? AND replay_of IS NULL ORDER BY seq LIMIT 1
    )sql";
    Statement first = db.prepare(sql);
    if (!first.bind(load_stream(db).acked).step()) return search.bounds.nothing();
    search.bounds.at_least(first.integer(0));
}

void bound_by_id(Database& db, const DeliveryFilter& filter, Search& search)
{
    if (!base::is_uuid(filter.q)) return;
    static constexpr std::string_view sql = R"sql(
        SELECT min(id), max(id) FROM (
            SELECT id FROM deliveries WHERE uuid = ?
            UNION ALL
            SELECT delivery AS id FROM events WHERE uuid = ?)
    )sql";
    Statement find = db.prepare(sql);
    find.bind(filter.q, filter.q).first();
    if (find.is_null(0)) return search.bounds.nothing();
    search.bounds.at_least(find.integer(0));
    search.bounds.at_most(find.integer(1));
}

// The rows that are walked: those of a ticket, those with something given up, those of one rare outcome, or
// all.
void choose_source(const DeliveryFilter& filter, Search& search)
{
    search.rowid = "d.id";
    search.source = "deliveries d WHERE ";
    if (filter.ticket) {
        search.source += "d.id IN (SELECT delivery FROM events WHERE ticket = ?)";
        search.source_values = {Value{*filter.ticket}};
    } else if (only(filter.states, EventState::dead)) {
        search.source +=
            "d.id IN (SELECT o.delivery FROM dead_letters g CROSS JOIN events o ON o.seq = g.seq)";
    } else if (filter.outcomes.size() == 1 && filter.outcomes.front() != Outcome::accepted) {
        // Said twice, so that SQLite sees that the partial index holds them all.
        search.source += "d.outcome = ? AND d.outcome <> 'accepted'";
        search.source_values = {Value{std::string{name_of(filter.outcomes.front())}}};
    } else {
        search.source += "true";
    }
}

// At least one event of the delivery itself, not of a replay, must do.
void add_events(const DeliveryFilter& filter, Search& search)
{
    if (filter.kinds.empty() && filter.states.empty()) return;
    Conditions event;
    event.add_one_of("e.kind", filter.kinds);
    event.add_one_of(state_sql, filter.states);
    search.filter.add("EXISTS (SELECT 1 FROM events e CROSS JOIN stream s"
                      " LEFT JOIN dead_letters x ON x.seq = e.seq"
                      " WHERE e.delivery = d.id AND e.replay_of IS NULL AND " +
                          event.sql() + ")",
                      event.values());
}

// Each word in the delivery itself, or in one of its events.
void add_words(const DeliveryFilter& filter, Search& search)
{
    Conditions words;
    words.add_words(filter.q,
                    "d.remote, d.thumbprint, d.uuid, (SELECT group_concat(concat.line, char(10)) FROM ("
                    "SELECT e.uuid || char(10) || e.event_text || char(10) || coalesce(e.title, '') ||"
                    " char(10) || coalesce(e.ticket, '') AS line"
                    " FROM events e WHERE e.delivery = d.id) AS concat)");
    if (!words.values().empty()) search.filter.add(words.sql(), words.values());
}

} // namespace

Search search_for(Database& db, const DeliveryFilter& filter)
{
    Search search;
    choose_source(filter, search);
    bound_by_time(db, filter, search);
    bound_by_state(db, filter, search);
    bound_by_id(db, filter, search);
    search.filter.add_one_of("d.outcome", filter.outcomes);
    add_events(filter, search);
    add_words(filter, search);
    return search;
}

} // namespace mizo::store
