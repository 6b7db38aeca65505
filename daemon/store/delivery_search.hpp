#pragma once

#include "daemon/store/delivery_log.hpp"
#include "daemon/store/search.hpp"

namespace mizo::store {

// How the deliveries of a filter are found.
Search search_for(Database& db, const DeliveryFilter& filter);

} // namespace mizo::store
