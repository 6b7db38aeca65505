#include "daemon/admin/conditions.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/relay/token.hpp"

#include <algorithm>

// What the end of a link means, in words.
namespace mizo::admin {

namespace {

struct CloseMeaning {
    int code;
    std::string_view message;
    std::string_view advice; // empty: nothing to do
};

// The table of close codes in docs/link-protocol.md.
constexpr std::array meanings{
    CloseMeaning{4001, "link_draining", ""},
    CloseMeaning{4002, "link_heartbeat_lost", "advice_wait"},
    CloseMeaning{4009, "link_message_too_large", "advice_look_at_dead"},
    CloseMeaning{4401, "link_key_refused", "advice_enroll_again"},
    CloseMeaning{4403, "link_disabled", "advice_contact_mizo"},
    CloseMeaning{4409, "link_superseded", "advice_clone"},
    CloseMeaning{4410, "link_identity_conflict", "advice_clone"},
    CloseMeaning{4426, "link_version_refused", "advice_update"},
    CloseMeaning{4503, "link_overloaded", "advice_wait"},
};

const CloseMeaning* meaning_of(int code)
{
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const CloseMeaning& each) { return each.code == code; });
    return found == meanings.end() ? nullptr : found;
}

} // namespace

std::string_view link_state(relay::LinkState state)
{
    switch (state) {
    case relay::LinkState::unenrolled: return "not_enrolled";
    case relay::LinkState::waiting: return "backing_off";
    case relay::LinkState::dialling:
    case relay::LinkState::opening: return "connecting";
    case relay::LinkState::live: return "live";
    case relay::LinkState::stopped:
    case relay::LinkState::ended: return "stopped";
    }
    return "stopped";
}

Message message_of(const relay::Disconnect& disconnect)
{
    if (const CloseMeaning* known = meaning_of(disconnect.code)) return message(known->message);
    const json::string reason{disconnect.text};
    if (disconnect.code == 4003) return message("link_protocol_error", {{"reason", reason}});
    // There was no link yet, or no close frame.
    if (disconnect.code == 0 || disconnect.code == 1006) return message("link_network", {{"reason", reason}});
    return message("link_closed", {{"close_code", disconnect.code}, {"reason", reason}});
}

std::optional<Message> last_link_error(const relay::View& view)
{
    const bool well = view.state == relay::LinkState::live || view.state == relay::LinkState::unenrolled;
    if (well || view.disconnects.empty()) return {};
    return message_of(view.disconnects.back());
}

std::optional<Message> link_advice(const relay::View& view, const std::vector<LinkAlert>& alerts)
{
    if (view.state == relay::LinkState::unenrolled) return message("advice_enroll");
    if (view.state == relay::LinkState::live) {
        if (view.transport == relay::Transport::websocket) return {};
        const auto host = relay::host_of(view.url);
        return message("advice_websocket", {{"host", host ? *host : view.url}});
    }
    for (const LinkAlert& alert : alerts)
        if (alert.code.find("clock") != std::string::npos) return message("advice_clock");
    if (view.disconnects.empty()) return {};
    const CloseMeaning* known = meaning_of(view.disconnects.back().code);
    if (known == nullptr) return message("advice_wait");
    if (known->advice.empty()) return {};
    return message(known->advice);
}

} // namespace mizo::admin
