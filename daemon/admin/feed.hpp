#pragma once

#include "daemon/admin/hub.hpp"
#include "daemon/net/store_io.hpp"

#include <map>
#include <string>
#include <vector>

namespace mizo::admin {

namespace asio = boost::asio;

// Tells the listeners of deliveries and events: what is new, and what changed of the recent ones that are on
// their way. Reads the store only while somebody listens. On the loop's thread.
class Feed {
public:
    static constexpr std::size_t new_max = 500;     // more at once: lists are loaded again instead
    static constexpr std::size_t watched_max = 200; // deliveries on their way, the newest

    Feed(Hub& hub, store::Readers& readers) : hub_{hub}, readers_{readers} {}

    // This delivery is new, or has changed.
    void delivery(const std::string& id);
    // Publishes what was announced. `watched` also looks at those on their way.
    asio::awaitable<void> flush(bool watched);

private:
    struct Seen {
        std::string delivery; // JSON as published
        std::map<std::string, std::string> events;
    };
    struct Read {
        std::string id;
        bool found = false;
        bool settled = true;
        json::object delivery;
        std::map<std::string, json::object> events;
    };

    static Read read_one(store::Database& db, const std::string& id);
    static std::vector<std::string> on_their_way(store::Database& db);
    void publish(Read& read);

    Hub& hub_;
    store::Readers& readers_;
    bool listened_ = false;
    std::map<std::string, int> new_; // id and how often it was not there yet
    std::map<std::string, Seen> watched_;
};

} // namespace mizo::admin
