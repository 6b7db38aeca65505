#pragma once

#include "daemon/base/log.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/intake/recorder.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/reconcile/ticket_changes.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mizo::reconcile {

namespace asio = boost::asio;

// What one reading is to look for.
struct Reading {
    halo_api::Purpose purpose = halo_api::Purpose::reconcile;
    Window window;
    // The newest changes are left for later: their webhooks may be on their way.
    std::chrono::milliseconds settle{0};
    bool thorough = false;   // also what was looked at before
    base::SteadyTime ends{}; // later nothing more is asked
};

// How it ended, and what it found.
struct Found {
    std::optional<base::Error> error; // the API did not answer as needed
    bool refused = false;             // these rights do not reach it
    bool gone = false;                // HaloPSA has no such ticket
    bool in_time = true;
    bool too_many = false;
    bool actions_unread = false;
    std::int64_t listed = 0;
    std::int64_t events = 0;
    std::optional<base::WallTime> upto;          // by HaloPSA's clock: nothing is missing before
    std::optional<base::WallTime> newest_change; // of all tickets
    base::WallTime halo_now{};
};

// Lists tickets and actions that changed, and records what no event tells of. On the loop's thread only.
class TicketReader {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        halo_api::Api& api;
        intake::Recorder& recorder;
        const base::Clock& clock;
        base::Logger logger;
    };

    explicit TicketReader(Parts parts) : parts_{std::move(parts)} {}

    // Oldest change first, so that what was done stays done: the place is kept on disk with each ticket.
    asio::awaitable<Found> read(Reading reading);
    // One ticket, whatever is known of it.
    asio::awaitable<Found> read_one(std::int64_t ticket, Reading reading);
    // The newest change of all tickets, and nothing else.
    asio::awaitable<Found> look(Reading reading);

private:
    using Listed = std::map<std::int64_t, SeenTicket>; // by number, each once

    asio::awaitable<void> list(const Reading& reading, Found& found, Listed& listed);
    asio::awaitable<base::Result<halo_api::Answer>>
    get(const Reading& reading, std::string path, halo_api::Query query, std::optional<std::int64_t> ticket);
    asio::awaitable<base::Result<halo_api::Answer>> get_page(const Reading& reading, int page, int size);
    asio::awaitable<void> take(const Reading& reading, SeenTicket ticket, Found& found);
    asio::awaitable<void> read_actions(const Reading& reading, SeenTicket& ticket, Found& found);
    asio::awaitable<void> record(const Reading& reading, SeenTicket ticket, Found& found, bool keep_place);
    asio::awaitable<void> keep_place(base::WallTime upto);

    Parts parts_;
};

} // namespace mizo::reconcile
