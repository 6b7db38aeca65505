#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <boost/json/object.hpp>

namespace mizo::tab {

// What the tab shows of a ticket: Mizo's insight (null: none has come), and the newest of what the relay
// itself has heard of it, with when it came and when Mizo had it. For the readers' thread.
boost::json::object ticket_view(store::Database& db, std::int64_t ticket, base::WallTime now);

} // namespace mizo::tab
