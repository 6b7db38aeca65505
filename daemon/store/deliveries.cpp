#include "daemon/store/deliveries.hpp"

#include "certs/digest.hpp"
#include "daemon/store/tickets.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

// What a rejected delivery takes beside its texts: its row, its indexes.
constexpr std::int64_t row_overhead = 512;

struct DeliveryRowid {
    std::int64_t value;
};

// Whether this key is new; it is known from now on, as that of `event`.
bool remember(Database& db, const Occurrence& occurrence, const std::string& event, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO repeats (key, event, seen_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING
    )sql";
    Statement insert = db.prepare(sql);
    insert.bind(certs::sha256(occurrence.dedup_key), event, now).run();
    return db.changes() == 1;
}

// The event that told already of what this one tells, though it came another way and has another key; empty
// where there is none. docs/decisions/0012 tells the rule.
class Twin {
public:
    explicit Twin(Database& db) : db_{db} {}

    std::optional<std::string> of(const Occurrence& occurrence, Origin origin)
    {
        if (!occurrence.ticket) return std::nullopt;
        return origin == Origin::poll ? told(occurrence) : polled(occurrence);
    }

    // What a later one of the API is compared with.
    void remember_told(const Occurrence& occurrence, Origin origin, base::WallTime now)
    {
        if (!occurrence.ticket || origin == Origin::poll) return;
        std::string key = change_key(occurrence.kind, *occurrence.ticket, occurrence.action);
        if (key.empty()) key = nameless_key(occurrence, 0);
        if (!key.empty()) insert("told:" + key, occurrence.event_id, now);
    }

private:
    static constexpr std::int64_t bucket_ms = same_change_within.count();

    // Of an action whose number the webhook does not name: its time, roughly.
    static std::string nameless_key(const Occurrence& occurrence, std::int64_t shift)
    {
        if (occurrence.kind != EventKind::action_added || !occurrence.occurred) return {};
        const std::int64_t bucket = base::to_ms(*occurrence.occurred) / bucket_ms + shift;
        return "action:" + std::to_string(*occurrence.ticket) + "@" + std::to_string(bucket);
    }

    // Seen by the API: whether a webhook told of it.
    std::optional<std::string> told(const Occurrence& occurrence)
    {
        const std::string key = change_key(occurrence.kind, *occurrence.ticket, occurrence.action);
        if (key.empty()) return std::nullopt; // decided by time, before it is proposed
        auto event = find("told:" + key);
        for (std::int64_t shift = -1; !event && shift <= 1; ++shift)
            if (const auto near = nameless_key(occurrence, shift); !near.empty())
                event = find("told:" + near);
        return event;
    }

    // A webhook that comes late: whether the API told of it.
    std::optional<std::string> polled(const Occurrence& occurrence)
    {
        static constexpr std::string_view sql = R"sql(
            SELECT uuid FROM events INDEXED BY events_polled
            WHERE origin = 'poll' AND ticket = ? AND kind = ? AND occurred_ms BETWEEN ? AND ? LIMIT 1
        )sql";
        const std::string key = change_key(occurrence.kind, *occurrence.ticket, occurrence.action);
        if (!key.empty()) return find("poll:" + key);
        if (!occurrence.occurred || occurrence.kind == EventKind::other) return std::nullopt;
        Statement near = db_.prepare(sql);
        near.bind(*occurrence.ticket, name_of(occurrence.kind), *occurrence.occurred - same_change_within,
                  *occurrence.occurred + same_change_within);
        if (!near.step()) return std::nullopt;
        return near.string(0);
    }

    std::optional<std::string> find(const std::string& key)
    {
        Statement known = db_.prepare("SELECT event FROM repeats WHERE key = ?");
        if (!known.bind(certs::sha256(key)).step()) return std::nullopt;
        return known.string(0);
    }

    void insert(const std::string& key, const std::string& event, base::WallTime now)
    {
        static constexpr std::string_view sql = R"sql(
            INSERT INTO repeats (key, event, seen_ms) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING
        )sql";
        db_.prepare(sql).bind(certs::sha256(key), event, now).run();
    }

    Database& db_;
};

bool in_scope(Database& db, const Occurrence& occurrence, const std::vector<std::int64_t>& types)
{
    if (!occurrence.in_scope || types.empty()) return occurrence.in_scope;
    std::optional<std::int64_t> type = occurrence.ticket_type;
    if (!type && occurrence.ticket)
        if (const auto known = load_ticket(db, *occurrence.ticket)) type = known->type;
    return !type || std::find(types.begin(), types.end(), *type) != types.end();
}

std::optional<std::string> first_delivery_with(Database& db, const Occurrence& occurrence)
{
    static constexpr std::string_view sql = R"sql(
        SELECT d.uuid
        FROM repeats r JOIN events e ON e.uuid = r.event JOIN deliveries d ON d.id = e.delivery
        WHERE r.key = ?
    )sql";
    Statement find = db.prepare(sql);
    if (!find.bind(certs::sha256(occurrence.dedup_key)).step()) return std::nullopt;
    return find.string(0);
}

// Takes the next seqs; the first of them.
std::int64_t take_seqs(Database& db, std::int64_t count)
{
    static constexpr std::string_view sql = "UPDATE stream SET next_seq = next_seq + ? RETURNING next_seq";
    Statement take = db.prepare(sql);
    const std::int64_t next = take.bind(count).first().integer(0);
    take.run(); // SQLite finishes an UPDATE … RETURNING only when all its rows were read
    return next - count;
}

struct Verdict {
    Outcome outcome;
    std::optional<std::string> reason_code;
    std::optional<std::string> repeat_of;
};

DeliveryRowid insert_delivery(Database& db, const NewDelivery& delivery, const Verdict& verdict,
                              base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO deliveries (
            uuid, received_ms, outcome, reason_code, repeat_of, origin, remote, method, path, status,
            duration_us, headers, content_type, body_size, body_sha256, thumbprint, signature,
            signature_alg, verification)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    Statement insert = db.prepare(sql);
    insert
        .bind(delivery.id, now, name_of(verdict.outcome), verdict.reason_code, verdict.repeat_of,
              name_of(delivery.origin), delivery.remote, delivery.method, delivery.path, delivery.status,
              delivery.duration_us, delivery.headers, delivery.content_type, delivery.body.size(),
              certs::sha256(delivery.body), delivery.thumbprint, delivery.signature, delivery.signature_alg,
              delivery.verification)
        .run();
    return {db.last_rowid()};
}

void insert_body(Database& db, DeliveryRowid delivery, const std::string& body)
{
    Statement insert = db.prepare("INSERT INTO bodies (delivery, bytes) VALUES (?, ?)");
    insert.bind(delivery.value, certs::ByteView{body}).run();
}

void insert_event(Database& db, DeliveryRowid delivery, const Occurrence& occurrence,
                  std::optional<std::int64_t> seq)
{
    // Received and came as the delivery did.
    static constexpr std::string_view sql = R"sql(
        INSERT INTO events (
            seq, uuid, delivery, kind, event_text, ticket, title, occurred_ms, received_ms, origin,
            batch_index, dedup_key, own, understood)
        SELECT ?, ?, id, ?, ?, ?, ?, ?, received_ms, origin, ?, ?, ?, ? FROM deliveries WHERE id = ?
    )sql";
    Statement insert = db.prepare(sql);
    insert
        .bind(seq, occurrence.event_id, name_of(occurrence.kind), occurrence.event_text, occurrence.ticket,
              occurrence.title, occurrence.occurred, occurrence.batch_index, occurrence.dedup_key,
              occurrence.own, occurrence.understood, delivery.value)
        .run();
}

void note_ticket_of(Database& db, const Occurrence& occurrence, base::WallTime now)
{
    if (!occurrence.ticket) return;
    TicketFacts facts;
    facts.type = occurrence.ticket_type;
    facts.status = occurrence.status;
    facts.status_changed = occurrence.kind == EventKind::status_changed;
    facts.at = occurrence.occurred;
    note_ticket(db, *occurrence.ticket, facts, now);
}

// The place of each occurrence that was not seen before, with its seq where it is in scope.
std::vector<RecordedEvent> find_new(Database& db, const NewDelivery& delivery, base::WallTime now)
{
    std::vector<RecordedEvent> fresh;
    std::vector<std::size_t> relayed; // places in `fresh`
    Twin twin{db};
    for (std::size_t i = 0; i < delivery.occurrences.size(); ++i) {
        const Occurrence& occurrence = delivery.occurrences[i];
        const auto told_by = twin.of(occurrence, delivery.origin);
        if (!remember(db, occurrence, told_by.value_or(occurrence.event_id), now) || told_by) continue;
        twin.remember_told(occurrence, delivery.origin, now);
        if (in_scope(db, occurrence, delivery.ticket_types)) relayed.push_back(fresh.size());
        fresh.push_back({occurrence.event_id, std::nullopt, i});
        note_ticket_of(db, occurrence, now);
    }
    if (relayed.empty()) return fresh;
    std::int64_t seq = take_seqs(db, static_cast<std::int64_t>(relayed.size()));
    for (const std::size_t place : relayed) fresh[place].seq = seq++;
    return fresh;
}

} // namespace

Recorded record_delivery(Database& db, const NewDelivery& delivery, base::WallTime now)
{
    Recorded recorded;
    recorded.delivery_id = delivery.id;
    recorded.events = find_new(db, delivery, now);
    if (recorded.events.empty() && !delivery.occurrences.empty()) {
        recorded.outcome = Outcome::repeated;
        recorded.repeat_of = first_delivery_with(db, delivery.occurrences.front());
    }
    const Verdict verdict{recorded.outcome, std::nullopt, recorded.repeat_of};
    const DeliveryRowid rowid = insert_delivery(db, delivery, verdict, now);
    if (recorded.outcome == Outcome::repeated) return recorded;
    insert_body(db, rowid, delivery.body);
    for (const RecordedEvent& event : recorded.events)
        insert_event(db, rowid, delivery.occurrences[event.occurrence], event.seq);
    return recorded;
}

bool is_known(Database& db, const Occurrence& occurrence, Origin origin)
{
    Statement find = db.prepare("SELECT 1 FROM repeats WHERE key = ?");
    return find.bind(certs::sha256(occurrence.dedup_key)).step() || Twin{db}.of(occurrence, origin);
}

void record_rejected(Database& db, const NewDelivery& delivery, std::string_view reason_code,
                     base::WallTime now)
{
    const Verdict verdict{Outcome::rejected, std::string{reason_code}, std::nullopt};
    insert_body(db, insert_delivery(db, delivery, verdict, now), delivery.body);
    static constexpr std::string_view sql = R"sql(
        UPDATE rejected_space SET count = count + 1, total = total + 1, bytes = bytes + ? + (
            SELECT body_size + length(headers) + length(verification) FROM deliveries WHERE uuid = ?)
    )sql";
    db.prepare(sql).bind(row_overhead, delivery.id).run();
    make_room_for_rejected(db);
}

void make_room_for_rejected(Database& db, const RejectedLimits& limits)
{
    static constexpr std::string_view space_sql = "SELECT count, bytes FROM rejected_space";
    static constexpr std::string_view oldest_sql = R"sql(
        SELECT id, body_size + length(headers) + length(verification) FROM deliveries
        WHERE outcome = 'rejected' AND outcome <> 'accepted' ORDER BY id LIMIT 1
    )sql";
    for (;;) {
        Statement space = db.prepare(space_sql);
        space.bind().first();
        if (space.integer(0) <= limits.count && space.integer(1) <= limits.bytes) return;
        Statement oldest = db.prepare(oldest_sql);
        if (!oldest.bind().step()) return;
        const std::int64_t id = oldest.integer(0);
        const std::int64_t weight = oldest.integer(1) + row_overhead;
        db.prepare("DELETE FROM deliveries WHERE id = ?").bind(id).run();
        db.prepare("UPDATE rejected_space SET count = count - 1, bytes = bytes - ?").bind(weight).run();
    }
}

base::Result<Replayed> replay_event(Database& db, const std::string& event_id,
                                    const std::string& new_event_id, base::WallTime now)
{
    static constexpr std::string_view find_sql = R"sql(
        SELECT e.seq, EXISTS (SELECT 1 FROM bodies b WHERE b.delivery = e.delivery)
        FROM events e WHERE e.uuid = ?
    )sql";
    Statement find = db.prepare(find_sql);
    if (!find.bind(event_id).step())
        return base::Error{base::Errc::not_found, "event.not_found", "There is no such event."};
    if (find.is_null(0))
        return base::Error{base::Errc::conflict, "event.unscoped", "The event is out of scope."};
    if (!find.boolean(1))
        return base::Error{base::Errc::gone, "event.body_gone", "The bytes of this event have been removed."};
    static constexpr std::string_view copy_sql = R"sql(
        INSERT INTO events (
            seq, uuid, delivery, kind, event_text, ticket, title, occurred_ms, received_ms, origin,
            batch_index, dedup_key, replay_of, own, understood)
        SELECT ?, ?, delivery, kind, event_text, ticket, title, occurred_ms, ?, origin,
            batch_index, dedup_key, uuid, own, understood
        FROM events WHERE uuid = ?
    )sql";
    const std::int64_t seq = take_seqs(db, 1);
    db.prepare(copy_sql).bind(seq, new_event_id, now, event_id).run();
    return Replayed{new_event_id, seq};
}

} // namespace mizo::store
