#pragma once

#include "daemon/alerts/posts.hpp"
#include "daemon/alerts/receiver.hpp"
#include "daemon/alerts/telling.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/live.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/task_scope.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mizo::alerts {

// What was told since the start, for /metrics.
struct Counts {
    std::uint64_t posted = 0;
    std::uint64_t post_failed = 0; // tries
    std::uint64_t tickets = 0;
    std::uint64_t ticket_failed = 0; // tries
    std::uint64_t given_up = 0;
};

// What became of a test.
struct Tested {
    std::string code;   // of the catalogue; empty: it was taken
    int status = 0;     // where the receiver refused it
    std::string reason; // where it was not reached
};

// Tells alerts outside of this machine, and keeps their history: does what Telling says, one thing after the
// other. What cannot be kept (the disk is full: an alert of its own) is told all the same. On the loop's
// thread.
class Teller {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        const config::LiveSettings& settings;
        const base::Clock& clock;
        base::Random& random;
        base::Log& log;
        halo_api::Api& halo;
        std::unique_ptr<Receiver> receiver;
        std::string version;
    };

    explicit Teller(Parts parts);
    Teller(const Teller&) = delete;
    Teller& operator=(const Teller&) = delete;

    // Takes up what an earlier start left, and begins to tell.
    asio::awaitable<void> start();
    // What is in hand may end, for a moment; the rest waits for the next start.
    asio::awaitable<void> stop();
    // How the receiver is reached follows the link's way out.
    void set_settings(const config::Settings& settings);

    // An alert was raised (without its states at the places), or is over.
    void raised(store::AlertRow row, bool halo_itself);
    void ended(const std::string& id, bool replaced, base::WallTime at);
    // What an earlier start left is known.
    bool started() const { return started_; }
    // Those that are on, oldest first; after start() with those of the earlier start.
    std::vector<store::AlertRow> on() const { return telling_.on(); }

    // Posts `text` to the receiver, once.
    asio::awaitable<Tested> test(std::string code, std::string text);

    const Counts& counts() const { return counts_; }

private:
    asio::awaitable<void> run();
    asio::awaitable<void> keep_changed();
    asio::awaitable<void> wait();
    asio::awaitable<Outcome> perform(Errand errand);
    asio::awaitable<Outcome> post(store::AlertRow alert);
    asio::awaitable<Outcome> find_ticket(store::AlertRow alert);
    asio::awaitable<Outcome> ask_halo(Errand errand);
    void tell_given_up();
    Places places() const;
    Sender sender() const;
    void poke() { wake_.cancel(); }

    Parts parts_;
    base::Logger logger_;
    Telling telling_;
    Counts counts_;
    std::vector<store::AlertRow> unkept_;
    std::optional<base::SteadyTime> keep_again_;
    bool started_ = false;
    bool stopping_ = false;
    asio::steady_timer wake_;
    net::TaskScope tasks_;
};

} // namespace mizo::alerts
