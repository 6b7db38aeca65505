#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/store/delivery_log.hpp"
#include "daemon/store/event_log.hpp"

// The rows of the log as the API shows them.
namespace mizo::admin {

json::object to_json(const store::DeliveryRow& row);
json::object to_json(const store::EventRow& row);
json::object to_json(const store::EventDetail& detail);
json::object to_json(const store::Send& send);

// What happened to a delivery, in the order of time: Message and time of each step.
json::array timeline_of(const store::DeliveryDetail& detail);

// The CloudEvents type under which an event travels.
std::string cloud_event_type(store::EventKind kind);

// From receipt to `until`, never below zero though clocks jump; null where it has not come.
json::value latency_ms(base::WallTime received, const std::optional<base::WallTime>& until);

} // namespace mizo::admin
