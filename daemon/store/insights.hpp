#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mizo::store {

// What Mizo says of one ticket, as it came; sections and actions as JSON arrays.
struct Insight {
    std::int64_t ticket = 0;
    std::int64_t revision = 0;
    std::string title;
    std::string sections = "[]"; // {"heading","markdown"}
    std::string actions = "[]";  // {"id","label"}
    std::optional<base::WallTime> expires;
    base::WallTime received{};
};

// All of them together; over it those that came first leave first.
struct InsightBounds {
    std::int64_t count = 20'000;
    std::int64_t bytes = 64 * 1024 * 1024;
};

// Keeps it where it is newer than what is known of its ticket; whether it was.
bool put_insight(Database& db, const Insight& insight, const InsightBounds& bounds = {});
std::optional<Insight> load_insight(Database& db, std::int64_t ticket);

} // namespace mizo::store
