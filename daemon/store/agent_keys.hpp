#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::store {

// What is known of an idempotency key.
struct AgentKey {
    bool same_request = false; // what was asked with it first is what is asked now
    base::WallTime begun{};
    std::optional<std::string> answer; // JSON; none: it is not known what became of the call
};

inline constexpr std::int64_t agent_keys_limit = 20'000; // the oldest leave first

// `request` is all of what is asked, as text; only its SHA-256 is kept.
struct KeyedRequest {
    std::string key;
    std::string request;
};

// Of keys begun since then.
std::optional<AgentKey> load_agent_key(Database& db, const KeyedRequest& asked, base::WallTime since);
// A call with this key begins; a key that is known already begins anew.
void begin_agent_key(Database& db, const KeyedRequest& asked, base::WallTime now);
void answer_agent_key(Database& db, std::string_view key, std::string_view answer);
// Nothing came of it: the key is as good as new.
void forget_agent_key(Database& db, std::string_view key);

} // namespace mizo::store
