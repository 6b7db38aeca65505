#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::net {

enum class DialStage { resolve, connect, proxy, tls, upgrade };
// As the admin API calls them: "name", "tcp", "proxy", "tls", "upgrade".
std::string_view name_of(DialStage stage);

// A text for people: a code of the admin API's catalogue with the values of its placeholders.
struct Message {
    using Args = std::vector<std::pair<std::string, std::string>>;
    std::string code;
    std::string text; // English, with the args filled in
    Args args;
};

// One stage that was tried, and how it ended.
struct DialStep {
    DialStage stage = DialStage::resolve;
    bool ok = false;
    std::chrono::milliseconds took{};
    Message message;
    std::optional<Message> advice; // what the admin can do; only where it failed
};

// What happened on the way to a server, stage by stage, to the first that failed. It also has what the
// server's answer said in its head, of a good answer as of a refusal.
struct Trace {
    std::vector<DialStep> steps;
    int http_status = 0; // of the upgrade's answer, or where that was not reached, of the proxy's
    std::optional<std::chrono::milliseconds> retry_after;
    std::optional<base::WallTime> date;
    bool is_page = false; // it is HTML: for a person to read, so hardly what was asked for
    // How far this machine's clock is ahead of the answer's Date, which knows whole seconds only.
    std::optional<std::chrono::milliseconds> clock_ahead;

    // The stage that failed; null where none did.
    const DialStep* failed() const;
};

} // namespace mizo::net
