#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/halo_api/purpose.hpp"
#include "daemon/halo_api/tokens.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::halo_api {

// unknown: nothing was asked yet with these settings.
enum class State { unconfigured, unknown, ok, failing };
std::string_view name_of(State state);

// The client as the admin page shows it.
struct View {
    State state = State::unconfigured;
    std::string url;
    std::optional<base::WallTime> since; // of this state
    std::optional<base::WallTime> last_success;
    std::optional<base::WallTime> checked; // the newest call that told whether HaloPSA works
    std::optional<base::Error> last_error; // its detail is the reason in its sentence
    std::optional<net::Message> advice;    // only while failing; its text is not filled in
    ScopeView scopes;
    std::optional<base::WallTime> token_expires;
    std::size_t calls_left = 0;
    std::size_t calls_limit = 0;
    std::optional<base::WallTime> limited_until;
    std::string version; // as HaloPSA told it; may be empty
};

// What became of calls, since the start.
struct CallCounts {
    std::uint64_t ok = 0;
    std::uint64_t refused = 0; // answered with another status than 2xx
    std::uint64_t failed = 0;  // not answered
};
using Counts = std::array<CallCounts, all_purposes.size()>; // by purpose, in the order of all_purposes

// One step of the admin's test.
struct TestStep {
    std::string step; // "discovery", "token", "call"
    bool ok = false;
    net::Message text; // without its text filled in, as the advice
    std::optional<net::Message> advice;
    std::chrono::milliseconds took{0};
};

} // namespace mizo::halo_api
