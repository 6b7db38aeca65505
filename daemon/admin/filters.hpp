#pragma once

#include "daemon/admin/call.hpp"
#include "daemon/store/delivery_log.hpp"
#include "daemon/store/event_log.hpp"

// The filters of the lists, from a query or from a body.
namespace mizo::admin {

Checked<store::DeliveryFilter> delivery_filter(const Query& query);
Checked<store::EventFilter> event_filter(const Query& query);
// As the query, with one value each: the filter of POST /replays.
Checked<store::EventFilter> event_filter(const json::object& object);

} // namespace mizo::admin
