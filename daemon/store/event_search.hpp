#pragma once

#include "daemon/store/event_log.hpp"
#include "daemon/store/search.hpp"

namespace mizo::store {

// How the events of a filter are found.
Search search_for(Database& db, const EventFilter& filter);

} // namespace mizo::store
