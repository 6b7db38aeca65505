#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mizo::store {

// The stream of events towards the cloud. What is acked is a prefix: `acked` is a watermark, and no row of
// an event ever says it.
struct Stream {
    std::string epoch;
    std::int64_t first_seq = 1; // the first that can still be sent: everything from here on has its bytes
    std::int64_t next_seq = 1;  // the one that the next event gets
    std::int64_t acked = 0;

    bool operator==(const Stream&) const = default;
};

Stream load_stream(Database& db);

// A start of the daemon: the fence rises by one with each, so that the newest always wins.
struct Boot {
    std::string boot_id; // UUID
    std::string version;
};
std::int64_t begin_boot(Database& db, const Boot& boot, base::WallTime now);

// Consecutive events that were sent together, and what became of them. Never longer than `longest`.
struct Send {
    static constexpr std::int64_t longest = 256;

    std::int64_t first_seq = 0;
    std::int64_t last_seq = 0;
    std::int64_t attempt = 1;
    base::WallTime sent{};
    std::string session; // UUID of the link
    std::optional<base::WallTime> ended;
    SendOutcome outcome = SendOutcome::acked;
    std::optional<std::string> code; // the cloud's code of a nack, or ours of a loss
    std::optional<std::string> text;
};

// Keeps what became of sends without moving the watermark: nacked or lost.
void record_sends(Database& db, std::span<const Send> sends);

struct Ack {
    std::int64_t upto = 0;
    std::string session;
    std::vector<Send> sends; // those that this ack ends
};

// Moves the watermark up to ack.upto, never down, and keeps the sends that ended. Error invalid: beyond
// what was ever stored; nothing is changed then.
base::Result<Stream> mark_acked(Database& db, const Ack& ack, base::WallTime now);

// The cloud lost data: everything beyond `to` waits again, as far as the bytes are still here. What can be
// sent next is Stream::acked + 1 of the answer.
Stream go_back(Database& db, std::int64_t to);

// The database was set back or salvaged: the same events under a new name of the stream.
Stream new_epoch(Database& db, const std::string& epoch);

struct DeadLetter {
    std::int64_t seq = 0;
    GivenUpBy by = GivenUpBy::cloud;
    std::string code;
    std::string text;
};

// Gives an event up; the watermark passes it only by an ack. The first reason stays. Error invalid: there
// is no such seq.
base::Result<void> add_dead_letter(Database& db, const DeadLetter& letter, base::WallTime now);

} // namespace mizo::store
