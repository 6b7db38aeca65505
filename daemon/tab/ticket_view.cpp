#include "daemon/tab/ticket_view.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/tab/insight.hpp"

#include <boost/json/array.hpp>

namespace mizo::tab {

namespace {

namespace json = boost::json;

constexpr std::int64_t events_shown = 20;
constexpr std::size_t text_max = 120;

json::object event_json(const store::EventRow& event)
{
    json::object out{{"id", event.id},
                     {"kind", store::name_of(event.kind)},
                     {"text", halo::clean_text(event.event_text, text_max)},
                     {"received_at", base::rfc3339(event.received)},
                     {"state", store::name_of(event.state)},
                     {"acked_at", nullptr},
                     {"own", event.own}};
    if (event.acked) out["acked_at"] = base::rfc3339(*event.acked);
    return out;
}

} // namespace

json::object ticket_view(store::Database& db, std::int64_t ticket, base::WallTime now)
{
    store::EventFilter filter;
    filter.ticket = ticket;
    store::PageRequest first;
    first.limit = events_shown;
    const auto page = store::list_events(db, filter, first).value();
    json::array events;
    for (const store::EventRow& event : page.items) events.push_back(event_json(event));

    json::object view{{"ticket_id", ticket},
                      {"now", base::rfc3339(now)},
                      {"insight", nullptr},
                      {"events", std::move(events)},
                      {"more_events", page.next_cursor.has_value()}};
    if (const auto insight = store::load_insight(db, ticket))
        view["insight"] = insight_json(*insight, now, false);
    return view;
}

} // namespace mizo::tab
