#pragma once

#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/live.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/net/server.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/relay/inbox.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mizo::tab {

namespace asio = boost::asio;

// What became of one opening of the tab that was refused.
struct Refusal {
    std::string code;
    std::string detail; // which variable or parameter; never a value that was sent
    base::WallTime at{};
};

// The tab as the admin page shows it. The counts are those of this start.
struct View {
    bool secret_set = false;
    std::string query;          // the template of the URL's query
    std::string allowed_origin; // whose pages may show the tab in a frame; empty: nobody's
    std::optional<base::WallTime> last_opened;
    std::optional<Refusal> last_refused;
    std::uint64_t opened = 0;
    std::uint64_t refused = 0;
    std::size_t sessions = 0;
};

// The ticket tab: its page and its calls on the public listener, what Mizo says of tickets, and the buttons
// that ask Mizo for something. On the loop's thread only.
class Tab {
public:
    struct Parts {
        asio::any_io_executor loop;
        store::Writer& writer;
        store::Readers& readers;
        config::LiveSettings& settings;
        halo_api::Api& api;
        const base::Clock& clock;
        base::Random& random;
        base::Log& log;
        std::function<bool(relay::Frame frame)> send; // over the link; false where none is live
    };

    explicit Tab(Parts parts);
    Tab(const Tab&) = delete;
    Tab& operator=(const Tab&) = delete;
    ~Tab();

    // What is under /tab on the public listener.
    net::RequestHandler& handler();
    // What the cloud says of tickets, and its answers to the buttons.
    relay::Inbox& inbox();
    View view() const;
    // When the newest insight of this ticket came; of the last tickets of this start alone.
    std::optional<base::WallTime> insight_seen(std::int64_t ticket) const;

    void set_settings(const config::Settings& settings);
    // Nothing is waited for any more: who waits for the cloud is answered.
    void close();
    asio::awaitable<void> stop();

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace mizo::tab
