#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

// One thing that happened in HaloPSA, as a delivery tells it.
struct Occurrence {
    std::string event_id; // UUIDv7, made by the caller; used when it turns out to be new
    EventKind kind = EventKind::other;
    std::string event_text; // HaloPSA's own words
    std::optional<std::int64_t> ticket;
    std::optional<std::int64_t> ticket_type;
    std::optional<std::int64_t> status; // of the ticket
    std::optional<std::int64_t> action; // counts within its ticket
    std::optional<std::string> title;
    std::optional<base::WallTime> occurred; // HaloPSA's own time
    std::optional<std::int64_t> batch_index;
    std::string dedup_key;  // what is compared to find repeats
    bool own = false;       // caused by our own agent
    bool understood = true; // false: kept as bytes only
    bool in_scope = true;   // false: stored and shown without a seq, not relayed
};

// One HTTP request at the webhook URL (or what stands for it when HaloPSA's log is read back).
struct NewDelivery {
    std::string id; // UUIDv7
    Origin origin = Origin::webhook;
    std::string remote; // address, without the port
    std::string method = "POST";
    std::string path;    // secret part masked by the caller
    std::string headers; // JSON text, secrets masked by the caller
    std::string content_type;
    std::string body;
    std::optional<std::string> thumbprint;
    std::optional<std::string> signature;
    std::optional<std::string> signature_alg;
    std::string verification; // JSON text
    int status = 200;         // what is answered
    std::int64_t duration_us = 0;
    std::vector<Occurrence> occurrences;
    // Those in scope; empty: all. For what does not name its ticket's type, which an earlier event may have.
    std::vector<std::int64_t> ticket_types;
};

struct RecordedEvent {
    std::string event_id;
    std::optional<std::int64_t> seq;
    std::size_t occurrence = 0; // its place in NewDelivery::occurrences
};

struct Recorded {
    Outcome outcome = Outcome::accepted;
    std::string delivery_id;
    std::optional<std::string> repeat_of; // the delivery that brought it first, where that is still known
    std::vector<RecordedEvent> events;    // the new ones only
};

// Records a verified delivery: what is new in it becomes events, in scope with the next seqs, without a
// gap; where nothing is new it is kept as repeated, without its body. Runs inside the caller's transaction.
// Throws Failure, and then nothing of it may be committed.
Recorded record_delivery(Database& db, const NewDelivery& delivery, base::WallTime now);

// Whether it would be a repeat.
bool is_known(Database& db, const Occurrence& occurrence, Origin origin);

// Keeps a refused delivery with its explanation, and makes room for it; its occurrences are not looked at.
void record_rejected(Database& db, const NewDelivery& delivery, std::string_view reason_code,
                     base::WallTime now);

// What was refused has a bounded space of its own, from which the oldest leaves first.
struct RejectedLimits {
    std::int64_t count = 10'000;
    std::int64_t bytes = 64 * 1024 * 1024;
};
void make_room_for_rejected(Database& db, const RejectedLimits& limits = {});

struct Replayed {
    std::string event_id;
    std::int64_t seq = 0;
};

// Sends an event again as a new one, with an id and a seq of its own. Errors: not_found; gone (its bytes
// have been removed); conflict (it is out of scope).
base::Result<Replayed> replay_event(Database& db, const std::string& event_id,
                                    const std::string& new_event_id, base::WallTime now);

} // namespace mizo::store
