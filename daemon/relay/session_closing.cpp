#include "daemon/relay/session_closing.hpp"

namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr Reaction key_refused{
    Retry::slowly, "link.key_refused",
    "The cloud does not accept this relay's key. Enrol it again, or check the clock."};
constexpr Reaction disabled{Retry::slowly, "link.disabled",
                            "This relay was switched off in the cloud's console."};

} // namespace

Reaction reaction_to_close(int code)
{
    switch (code) {
    case close_code::normal:
    case close_code::going_away:
    case close_code::draining: return {Retry::at_once, {}, {}};
    case close_code::too_big:
    case close_code::message_too_large: return {Retry::backoff, {}, {}, true};
    case close_code::key_refused: return key_refused;
    case close_code::disabled: return disabled;
    case close_code::superseded:
        return {Retry::never, "link.superseded",
                "The same relay is connected from somewhere else, started later. Stop one of the two."};
    case close_code::identity_conflict:
        return {Retry::never, "link.identity_conflict",
                "Two machines use this relay's identity, as after cloning one. Enrol one of them anew."};
    case close_code::version_not_served:
        return {Retry::hourly, "link.version_not_served",
                "The cloud no longer serves this version. Update the relay."};
    default: return {};
    }
}

Reaction reaction_to_dial_failure(const DialFailed& failure)
{
    if (failure.stage != DialStage::upgrade || failure.is_page) return {};
    if (failure.http_status == 401) return key_refused;
    if (failure.http_status == 403) return disabled;
    return {};
}

std::string clock_advice(std::optional<WallTime> theirs, WallTime ours)
{
    if (!theirs) return {};
    const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(ours - *theirs);
    if (ahead < 60s && ahead > -60s) return {};
    return "This machine's clock is " + std::to_string(std::chrono::abs(ahead).count()) + " s " +
           (ahead > 0s ? "ahead of" : "behind") + " the cloud's.";
}

} // namespace mizo::relay
