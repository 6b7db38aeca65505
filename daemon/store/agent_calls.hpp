#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/page.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mizo::store {

// One thing that the cloud asked of the agent, and what became of it; never with a query, a body or a header.
struct AgentCall {
    std::int64_t id = 0; // given by the store
    base::WallTime at{};
    std::string kind = "request"; // or "command"
    std::string rid;
    std::optional<std::string> method; // of a request
    std::string path;                  // of a command: its name
    std::optional<std::int64_t> ticket;
    std::optional<std::int64_t> status; // what HaloPSA answered
    std::string outcome;                // "done", "refused" (by HaloPSA), or the code that the cloud was told
    std::optional<std::string> error;   // JSON: code, text, args
    std::chrono::milliseconds duration{0};
    bool repeated = false; // answered from what is kept, without another call
};

inline constexpr std::int64_t agent_calls_limit = 50'000; // the oldest leave first

// The id it was given.
std::int64_t add_agent_call(Database& db, const AgentCall& call);
// Newest first; of one ticket where it is given.
base::Result<Page<AgentCall>> list_agent_calls(Database& db, const PageRequest& request,
                                               std::optional<std::int64_t> ticket);

} // namespace mizo::store
