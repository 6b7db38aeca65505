#pragma once

#include "certs/bytes.hpp"
#include "daemon/admin/message.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::admin {

enum class Topic : std::uint8_t { delivery, event, status, halo, test_ticket, agent, log, checks };
std::string_view name_of(Topic topic);
std::optional<Topic> topic_from(std::string_view name);

// What one listener of GET /stream wants.
struct Interest {
    std::vector<Topic> topics;
    base::Level log_level = base::Level::info;
    certs::Bytes session;      // of its browser; empty with the admin key
    std::string last_event_id; // of the message it had last; empty at first
};

// Hands what happens to every page that listens (server-sent events). Messages are numbered; the last ones
// are kept, so that a page that comes back gets what it missed, or is told that it must load its lists again.
// A listener that does not read is let go: it comes back by itself. On the loop's thread.
class Hub {
public:
    static constexpr std::size_t kept_max = 1'000;
    static constexpr std::size_t kept_bytes_max = 2 * 1024 * 1024;
    static constexpr std::size_t unread_max = 2'000;
    static constexpr std::size_t unread_bytes_max = 1024 * 1024;
    static constexpr std::size_t listeners_max = 32; // the oldest leaves first
    static constexpr std::chrono::seconds heartbeat{15};

    explicit Hub(const base::Clock& clock);
    ~Hub();

    // The body of its answer; `first` are messages for it alone, before all others.
    std::shared_ptr<web::BodySource> listen(Interest interest,
                                            const std::vector<std::pair<Topic, std::string>>& first = {});

    void publish(Topic topic, const json::value& value) { send(topic, json_text(value)); }
    void publish_log(base::Level level, const json::value& line);
    // Everybody's lists are out of date.
    void publish_reset();

    // Whether anybody listens to it.
    bool wanted(Topic topic);
    // Sessions of the listeners, each once.
    std::vector<certs::Bytes> sessions();
    void end_session(const certs::Bytes& id_hash);

    // Keeps silent connections open. Call about once a second.
    void tick();
    // Ends all streams, for good.
    void close();

private:
    class Listener;
    struct Kept {
        std::uint64_t number = 0;
        Topic topic = Topic::status;
        base::Level level = base::Level::error;
        std::shared_ptr<const std::string> text;
    };

    static std::string json_text(const json::value& value);
    void send(Topic topic, const std::string& data, base::Level level = base::Level::error);
    std::string frame(std::string_view event, const std::string& data);
    void catch_up(Listener& listener);
    std::vector<std::shared_ptr<Listener>> living();

    const base::Clock& clock_;
    std::string start_; // tells ids of this start from those of an earlier one
    std::uint64_t number_ = 0;
    std::uint64_t forgotten_ = 0; // the number of the newest message that is no longer kept
    std::deque<Kept> kept_;
    std::size_t kept_bytes_ = 0;
    std::vector<std::weak_ptr<Listener>> listeners_;
    bool closed_ = false;
};

} // namespace mizo::admin
