#pragma once

#include "daemon/reconcile/ticket_changes.hpp"

#include <string>
#include <vector>

namespace mizo::reconcile {

struct TicketWork {
    SeenTicket seen;
    Window window;
    std::vector<std::int64_t> ticket_types; // in scope; empty: all
    std::optional<std::int64_t> own_agent;
    std::vector<std::string> ids; // at least `ids_needed`
    base::WallTime now{};
};

// Two for each change that there may be: of the delivery, and of its event.
std::size_t ids_needed(const SeenTicket& seen);

// Compares and records in one transaction, so that no webhook comes in between.
std::vector<store::Recorded> record_changes(store::Database& db, const TicketWork& work);

} // namespace mizo::reconcile
