#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/kinds.hpp"
#include "daemon/store/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

struct DeliveryFilter {
    std::vector<Outcome> outcomes; // empty: all
    std::vector<EventKind> kinds;  // at least one of its events is of one of them
    std::vector<EventState> states;
    std::optional<std::int64_t> ticket;
    std::optional<base::WallTime> after;  // received at or after
    std::optional<base::WallTime> before; // received before
    // Words that must all occur in title, event text, ticket, remote address, thumbprint or id.
    std::string q;
};

// A line of the delivery log. The state and ack are those of its events.
struct DeliveryRow {
    std::string id;
    base::WallTime received{};
    Outcome outcome = Outcome::accepted;
    std::optional<std::string> reason_code;
    std::vector<EventKind> event_kinds; // without doubles
    std::optional<std::string> event_text;
    std::optional<std::int64_t> ticket;
    std::optional<std::string> title;
    std::int64_t events = 0;
    std::int64_t size = 0;
    std::string remote;
    std::optional<std::string> thumbprint;
    std::optional<EventState> state;     // empty when it has no events, or they differ
    bool mixed = false;                  // they differ
    std::optional<base::WallTime> acked; // when the last of its events was
    Origin origin = Origin::webhook;
};

struct DeliveryDetail {
    DeliveryRow row;
    std::string method;
    std::string path;
    int status = 0;
    std::int64_t duration_us = 0;
    std::optional<std::string> repeat_of;
    std::string headers; // JSON text
    std::string content_type;
    std::string verification; // JSON text
    std::optional<std::string> signature;
    std::optional<std::string> signature_alg;
    std::string body_sha256; // lower-case hex
    bool body_available = false;
    std::string body; // the first body_limit bytes
    std::vector<EventDetail> events;
};

base::Result<Page<DeliveryRow>> list_deliveries(Database& db, const DeliveryFilter& filter,
                                                const PageRequest& page);

// One line by the delivery's id, for the live list. Error not_found.
base::Result<DeliveryRow> find_delivery(Database& db, const std::string& id);

// Error not_found.
base::Result<DeliveryDetail> delivery_detail(Database& db, const std::string& id,
                                             std::int64_t body_limit = 256 * 1024);

// The exact bytes, checked against their SHA-256. Errors: not_found; gone (removed, or never kept);
// internal (damaged).
base::Result<std::string> delivery_body(Database& db, const std::string& id);

} // namespace mizo::store
