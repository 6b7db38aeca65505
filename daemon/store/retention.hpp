#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>

namespace mizo::store {

struct RetentionRules {
    std::int64_t retention_days = 90;
    std::int64_t body_days = 14;
    std::int64_t repeat_days = 30; // how long a repeat is known as one; never less than 30
    std::int64_t max_bytes = std::int64_t{10} * 1024 * 1024 * 1024;
    std::int64_t repeated_limit = 100'000; // deliveries kept that brought nothing new
    std::int64_t metrics_days = 92;
    std::int64_t halo_calls_days = 7;
    std::int64_t agent_calls_days = 90;
    std::int64_t agent_keys_days = 1; // how long a repeated idempotency key is known as one
};

struct RetentionStep {
    std::int64_t bodies = 0;
    std::int64_t events = 0;
    std::int64_t deliveries = 0;
    std::int64_t other = 0;
    bool more = false; // a further step has something to do
};

// Removes a little of what may go, so that no commit is held up: at most `rows` of each kind. What is not
// acked is never touched. Over max_bytes the oldest acked go before their time; whether the store is still
// over its bound then is what `Writer::stored_bytes` tells.
RetentionStep apply_retention(Database& db, const RetentionRules& rules, base::WallTime now,
                              std::int64_t rows = 200);

} // namespace mizo::store
