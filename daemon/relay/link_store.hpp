#pragma once

#include "daemon/relay/session_types.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/stream.hpp"

// What the session's actions do to the store, in its words; each runs on a thread of the store's.
namespace mizo::relay {

StreamPosition position_of(const store::Stream& stream);

Loaded load(store::Database& db, const Load& wanted);

// Marks what is acked, with the sendings that ended by it.
void mark(store::Database& db, const MarkAcked& mark, const std::vector<store::Send>& ended);

void record_nack(store::Database& db, const RecordNack& nack, const std::string& session);
void record_dead_letter(store::Database& db, const DeadLetter& letter);

} // namespace mizo::relay
