#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/web/message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// HaloPSA's own log of deliveries, compared with what is here: without any I/O.
namespace mizo::reconcile {

// One row of the list: one try of a delivery.
struct LogRow {
    std::string id;
    std::optional<std::int64_t> ticket;
    base::WallTime at{};      // when HaloPSA tried
    bool answered_ok = false; // with 2xx
};
// Nothing where it has no id or no time.
std::optional<LogRow> read_log_row(const boost::json::object& object);

// What was sent, as far as HaloPSA keeps it.
struct LogDetail {
    web::Headers headers;
    std::optional<std::string> body; // the exact bytes; empty with lightweight logs
};
LogDetail read_log_detail(const boost::json::object& object);

// Headers in any of the forms that HaloPSA gives them: an object of texts or lists, a list of
// {"name","value"} (or "key") or of "Name: value", a text of such lines, or a text that is one of the former
// as JSON.
web::Headers read_headers(const boost::json::value& value);

// Times at which events of each ticket are here, ascending: HaloPSA's own where an event has one.
using TimesOfTickets = std::map<std::int64_t, std::vector<base::WallTime>>;

struct LogPlan {
    std::vector<LogRow> fetch; // oldest first: these may have been missed
    std::vector<LogRow> here;
};

// Which rows have to be looked at one by one. A row is taken as here only where HaloPSA had a good answer and
// an event of that ticket and time is here for it alone; where one row of a ticket has none, all of that
// ticket's are looked at. So a mistake costs a call, never an event.
LogPlan plan_log(std::vector<LogRow> rows, const std::set<std::string>& settled, const TimesOfTickets& here);

} // namespace mizo::reconcile
