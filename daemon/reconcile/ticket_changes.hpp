#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/tickets.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What HaloPSA's API shows of a ticket, compared with what is known of it: without any I/O.
namespace mizo::reconcile {

struct SeenAction {
    std::int64_t id = 0; // counts within its ticket
    std::optional<base::WallTime> at;
    bool by_agent = true; // where HaloPSA does not say, it counts as an agent's
    std::optional<std::int64_t> agent;
    boost::json::object shown;
};

struct SeenTicket {
    std::int64_t id = 0;
    std::optional<std::int64_t> type;
    std::optional<std::int64_t> status;
    std::string title;
    std::optional<base::WallTime> created;
    base::WallTime changed{}; // its last change of any kind
    boost::json::object shown;
    std::vector<SeenAction> actions;
};

// Nothing where it has no number, or no time of its last change.
std::optional<SeenTicket> read_ticket(const boost::json::object& object);
// Nothing where it has no number.
std::optional<SeenAction> read_action(const boost::json::object& object);

// A change as it may have been missed. Creation and actions have a name of their own, by which the store
// knows whether a webhook told of them; the others were decided here.
struct Change {
    store::EventKind kind = store::EventKind::changed;
    base::WallTime at{};
    std::optional<std::size_t> action; // its place in SeenTicket::actions
};

// What is looked for: actions from `from` on, and creations from `since` on, all by HaloPSA's clock.
struct Window {
    base::WallTime from{};
    base::WallTime since{}; // everything from here on was to be told
};

// In the order in which it happened. `known` is empty where nothing was ever heard of the ticket.
std::vector<Change> changes_of(const SeenTicket& seen, const std::optional<store::KnownTicket>& known,
                               const Window& window);

// The change as an event, with the same key each time it is seen; its body in a webhook's form
// (docs/poll-events.md).
struct PollEvent {
    store::Occurrence occurrence; // without its id
    std::string body;
};
PollEvent poll_event(const SeenTicket& seen, const Change& change, base::WallTime now);

} // namespace mizo::reconcile
