#include "daemon/store/outgoing.hpp"

#include "certs/digest.hpp"
#include "daemon/store/stream.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

// The last body that was read: the events of a batch stand side by side and share it.
struct LoadedBody {
    std::int64_t delivery = -1;
    BodyState state = BodyState::missing;
    std::shared_ptr<const std::string> bytes;
};

LoadedBody load_body(Database& db, std::int64_t delivery, certs::ByteView sha256)
{
    try {
        Statement load = db.prepare("SELECT bytes FROM bodies WHERE delivery = ?");
        if (!load.bind(delivery).step()) return {delivery, BodyState::missing, nullptr};
        const certs::ByteView bytes = load.blob(0);
        if (!std::ranges::equal(certs::sha256(bytes), sha256)) return {delivery, BodyState::damaged, nullptr};
        return {delivery, BodyState::whole, std::make_shared<const std::string>(bytes.text())};
    } catch (const Failure& failure) {
        // A damaged page spoils this body, and must not hold up those behind it.
        if (!failure.corrupt()) throw;
        return {delivery, BodyState::damaged, nullptr};
    }
}

OutgoingEvent read_event(const Statement& row)
{
    OutgoingEvent event;
    event.seq = row.integer(0);
    event.id = row.string(1);
    event.kind = from_name<EventKind>(row.text(2)).value_or(EventKind::other);
    event.ticket = row.optional_integer(3);
    event.occurred = row.optional_time(4);
    event.received = row.time(5);
    event.origin = from_name<Origin>(row.text(6)).value_or(Origin::webhook);
    event.batch_index = row.optional_integer(7);
    event.dedup_key = row.string(8);
    event.replay_of = row.optional_string(9);
    event.dead_code = row.optional_string(10);
    event.content_type = row.string(11);
    event.thumbprint = row.optional_string(12);
    event.signature = row.optional_string(13);
    event.signature_alg = row.optional_string(14);
    return event;
}

// Adds what is known of earlier sendings, with one look at them for all.
void add_attempts(Database& db, std::vector<OutgoingEvent>& events)
{
    static constexpr std::string_view sql = R"sql(
        SELECT first_seq, last_seq, attempt, outcome = 'nacked' FROM sends
        WHERE first_seq BETWEEN ? AND ? AND last_seq >= ?
    )sql";
    if (events.empty()) return;
    const std::int64_t first = events.front().seq;
    const std::int64_t last = events.back().seq;
    Statement sends = db.prepare(sql);
    sends.bind(first - (Send::longest - 1), last, first);
    while (sends.step()) {
        // seqs stand without a gap, so a seq is a place.
        const std::int64_t from = std::max(sends.integer(0), first) - first;
        const std::int64_t to = std::min(sends.integer(1), last) - first;
        for (std::int64_t at = from; at <= to; ++at) {
            OutgoingEvent& event = events[static_cast<std::size_t>(at)];
            event.attempts = std::max(event.attempts, sends.integer(2));
            event.nacks += sends.integer(3);
        }
    }
}

} // namespace

std::vector<OutgoingEvent> load_events(Database& db, std::int64_t from_seq, const LoadLimits& limits)
{
    static constexpr std::string_view sql = R"sql(
        SELECT e.seq, e.uuid, e.kind, e.ticket, e.occurred_ms, e.received_ms, e.origin, e.batch_index,
            e.dedup_key, e.replay_of, (SELECT x.code FROM dead_letters x WHERE x.seq = e.seq),
            d.content_type, d.thumbprint, d.signature, d.signature_alg, d.id, d.body_size, d.body_sha256
        FROM events e CROSS JOIN deliveries d ON d.id = e.delivery
        WHERE e.seq >= ? ORDER BY e.seq LIMIT ?
    )sql";
    std::vector<OutgoingEvent> events;
    LoadedBody body;
    std::int64_t bytes = 0;
    Statement row = db.prepare(sql);
    row.bind(from_seq, limits.events);
    while (row.step()) {
        if (!events.empty() && row.integer(0) != events.back().seq + 1) break; // only damage leaves a gap
        bytes += row.integer(16);
        if (!events.empty() && bytes > limits.bytes) break;
        OutgoingEvent& event = events.emplace_back(read_event(row));
        if (body.delivery != row.integer(15)) body = load_body(db, row.integer(15), row.blob(17));
        event.body_state = body.state;
        event.body = body.bytes;
    }
    add_attempts(db, events);
    return events;
}

} // namespace mizo::store
