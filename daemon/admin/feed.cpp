#include "daemon/admin/feed.hpp"

#include "daemon/admin/json_rows.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::admin {

namespace {

// A refused delivery is announced before its commit, which may take this many turns.
constexpr int tries_max = 8;

} // namespace

void Feed::delivery(const std::string& id)
{
    if (!listened_) return;
    new_[id] = 0;
    if (new_.size() <= new_max) return;
    new_.clear();
    watched_.clear();
    hub_.publish_reset();
}

Feed::Read Feed::read_one(store::Database& db, const std::string& id)
{
    Read read;
    read.id = id;
    const auto detail = store::delivery_detail(db, id, 0);
    if (!detail) return read;
    read.found = true;
    read.delivery = to_json(detail->row);
    for (const store::EventDetail& event : detail->events) {
        read.settled = read.settled && event.row.state != store::EventState::queued;
        read.events.emplace(event.row.id, to_json(event.row));
    }
    return read;
}

std::vector<std::string> Feed::on_their_way(store::Database& db)
{
    std::vector<std::string> ids;
    store::DeliveryFilter filter;
    filter.states = {store::EventState::queued};
    store::PageRequest page;
    page.limit = static_cast<std::int64_t>(watched_max);
    if (const auto listed = store::list_deliveries(db, filter, page))
        for (const store::DeliveryRow& row : listed->items) ids.push_back(row.id);
    return ids;
}

asio::awaitable<void> Feed::flush(bool watched)
{
    const bool listened = hub_.wanted(Topic::delivery) || hub_.wanted(Topic::event);
    const bool first = listened && !std::exchange(listened_, listened);
    if (!listened) {
        new_.clear();
        watched_.clear();
        co_return;
    }
    std::vector<std::string> ids;
    for (const auto& [id, tries] : new_) ids.push_back(id);
    if (watched)
        for (const auto& [id, seen] : watched_)
            if (!new_.contains(id)) ids.push_back(id);
    if (ids.empty() && !first) co_return;

    auto read = [ids = std::move(ids), first](store::Database& db) {
        std::vector<Read> all;
        for (const std::string& id : ids) all.push_back(read_one(db, id));
        if (!first) return all;
        for (const std::string& id : on_their_way(db)) all.push_back(read_one(db, id));
        return all;
    };
    std::vector<Read> all = co_await net::on_readers(readers_, std::move(read));
    for (Read& each : all) {
        if (each.found) {
            new_.erase(each.id);
            // What lay there before anybody listened is in their lists already.
            publish(each);
        } else if (const auto waiting = new_.find(each.id); waiting != new_.end()) {
            if (++waiting->second >= tries_max) new_.erase(waiting);
        } else {
            watched_.erase(each.id);
        }
    }
}

void Feed::publish(Read& read)
{
    Seen& seen = watched_[read.id];
    for (auto& [id, event] : read.events) {
        std::string text = json::serialize(event);
        if (seen.events[id] == text) continue;
        hub_.publish(Topic::event, event);
        seen.events[id] = std::move(text);
    }
    std::string text = json::serialize(read.delivery);
    if (seen.delivery != text) hub_.publish(Topic::delivery, read.delivery);
    seen.delivery = std::move(text);
    if (read.settled) watched_.erase(read.id);
    // Ids begin with the time: the first is the oldest.
    while (watched_.size() > watched_max) watched_.erase(watched_.begin());
}

} // namespace mizo::admin
