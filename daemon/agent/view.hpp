#pragma once

#include "daemon/agent/allow_list.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::agent {

// Whom HaloPSA knows us as.
struct Self {
    std::int64_t id = 0;
    std::string name;

    bool operator==(const Self&) const = default;
};

// What became of requests and commands, since the start.
struct Counts {
    std::uint64_t done = 0;
    std::uint64_t refused = 0; // by HaloPSA
    std::uint64_t denied = 0;  // by us; the network was not touched
    std::uint64_t failed = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t repeated = 0; // of the above: answered from what is kept
};

struct CommandView {
    std::string name;
    bool allowed = false; // by agent.commands
    bool served = false;  // by this relay
};

// The agent as the admin page shows it.
struct View {
    bool enabled = false;
    bool live = false; // the link is, so that the cloud can ask
    std::optional<Self> self;
    std::size_t in_hand = 0;
    AllowList allow;
    std::vector<CommandView> commands;
    Counts counts;
};

} // namespace mizo::agent
