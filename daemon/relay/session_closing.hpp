#pragma once

#include "daemon/relay/session_types.hpp"

#include <optional>
#include <string>
#include <string_view>

// The table of close codes: what the end of a link, or a refused upgrade, leads to.
namespace mizo::relay {

// Close codes of Mizo Link and of RFC 6455 that the session uses or understands.
namespace close_code {
constexpr int normal = 1000;
constexpr int going_away = 1001;
constexpr int no_status = 1005;
constexpr int abnormal = 1006;
constexpr int too_big = 1009;
constexpr int draining = 4001;
constexpr int heartbeat_lost = 4002;
constexpr int protocol_error = 4003;
constexpr int message_too_large = 4009;
constexpr int key_refused = 4401;
constexpr int disabled = 4403;
constexpr int superseded = 4409;
constexpr int identity_conflict = 4410;
constexpr int version_not_served = 4426;
constexpr int overloaded = 4503;
} // namespace close_code

enum class Retry {
    at_once,
    backoff,
    slowly, // 1 to 10 minutes
    hourly,
    never, // until a person asks for it
};

struct Reaction {
    Retry retry = Retry::backoff;
    std::string_view alert; // its code; empty for none
    std::string_view text;  // its sentence
    bool first_is_too_large = false;
};

Reaction reaction_to_close(int code);
// Only what the cloud itself answered counts: a proxy's 403 is not the cloud's.
Reaction reaction_to_dial_failure(const DialFailed& failure);

// How far this machine's clock is from the cloud's, in words; empty where it is less than a minute, or
// unknown.
std::string clock_advice(std::optional<WallTime> theirs, WallTime ours);

} // namespace mizo::relay
