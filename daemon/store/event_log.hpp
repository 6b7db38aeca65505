#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"
#include "daemon/store/page.hpp"
#include "daemon/store/stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

struct EventFilter {
    std::vector<EventState> states; // empty: all
    std::vector<EventKind> kinds;
    std::vector<Origin> origins;
    std::optional<std::int64_t> ticket;
    std::optional<base::WallTime> after;
    std::optional<base::WallTime> before;
    std::string q; // as DeliveryFilter::q
};

struct EventRow {
    std::string id;
    std::optional<std::int64_t> seq;
    std::string delivery_id;
    EventKind kind = EventKind::other;
    std::string event_text;
    std::optional<std::int64_t> ticket;
    std::optional<std::string> title;
    std::optional<base::WallTime> occurred;
    base::WallTime received{};
    Origin origin = Origin::webhook;
    EventState state = EventState::queued;
    bool understood = true;
    bool own = false;
    std::optional<base::WallTime> acked; // when, of an acked one
    std::int64_t attempts_count = 0;
    std::optional<GivenUpBy> dead_by;
    std::optional<std::string> dead_code;
    std::optional<std::string> dead_text;
    std::optional<base::WallTime> dead_at;
    std::optional<std::string> replay_of;
    std::optional<std::int64_t> batch_index;
};

struct EventDetail {
    EventRow row;
    std::string dedup_key;
    std::optional<std::string> thumbprint;
    std::int64_t size = 0;
    std::string sha256;     // of the bytes that are sent; lower-case hex
    bool available = false; // the bytes are still here
    std::vector<Send> attempts;
    std::vector<std::string> replays; // ids of the events made by sending this one again
};

base::Result<Page<EventRow>> list_events(Database& db, const EventFilter& filter, const PageRequest& page);

// Error not_found.
base::Result<EventDetail> event_detail(Database& db, const std::string& id);

// What a bulk replay of everything that the filter holds would do.
struct ReplayCount {
    std::int64_t matched = 0;
    std::int64_t replayable = 0;
    std::int64_t without_body = 0;
    std::int64_t unscoped = 0;
    std::optional<base::WallTime> oldest;
    std::optional<base::WallTime> newest;
};
ReplayCount count_replayable(Database& db, const EventFilter& filter);

} // namespace mizo::store
