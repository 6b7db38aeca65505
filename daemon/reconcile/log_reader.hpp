#pragma once

#include "daemon/reconcile/log_rows.hpp"
#include "daemon/reconcile/ticket_reader.hpp"
#include "daemon/store/halo_log.hpp"

#include <map>
#include <set>
#include <string>

namespace mizo::reconcile {

// Reads HaloPSA's own log of deliveries back: what is not here is verified as any webhook is, and stored. Of
// what cannot be (no body, no good signature) the ticket is read by the API instead. On the loop's thread
// only.
class LogReader {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        halo_api::Api& api;
        intake::Recorder& recorder;
        TicketReader& tickets;
        const base::Clock& clock;
        base::Logger logger;
        std::string webhook_token; // by which our own webhook is known among HaloPSA's
    };

    struct Found {
        std::optional<base::Error> error;
        bool refused = false;
        bool in_time = true;
        bool too_many = false;
        bool actions_unread = false;
        std::int64_t listed = 0;
        std::int64_t recovered = 0;
        std::int64_t by_api = 0;
        std::int64_t known = 0;
        std::int64_t without_body = 0;
        std::int64_t unverified = 0;
        std::int64_t lost = 0; // could be had in no way
        std::optional<base::WallTime> upto;
        std::set<std::int64_t> tickets; // that were read by the API instead
    };

    explicit LogReader(Parts parts) : parts_{std::move(parts)} {}

    // Oldest first, so that what was done stays done: the place is kept on disk with each delivery.
    asio::awaitable<Found> read(Reading reading);

private:
    struct Listed;
    // What became of one row, with what it is worth in the ledger.
    struct Settled {
        LogRow row;
        store::LogState state = store::LogState::missing;
        std::int64_t events = 1;
    };

    asio::awaitable<std::vector<std::string>> our_webhooks(const Reading& reading);
    asio::awaitable<void> list(const Reading& reading, std::string webhook, Listed& listed, Found& found);
    asio::awaitable<LogPlan> plan(const Reading& reading, Listed& listed);
    asio::awaitable<void> take(const Reading& reading, LogRow row, base::WallTime halo_now, Found& found);
    // Counts a failure at this row: after so many it is not waited for any longer.
    bool given_up(const std::string& row, const base::Error& error, int after);
    asio::awaitable<Settled> recover(const Reading& reading, LogRow row, Found& found);
    asio::awaitable<Settled> store_verified(store::NewDelivery delivery, LogRow row, Found& found);
    asio::awaitable<Settled> ask_for_ticket(const Reading& reading, LogRow row, Found& found);
    asio::awaitable<void> settle(std::vector<Settled> rows, std::optional<base::WallTime> place);
    asio::awaitable<base::Result<halo_api::Answer>> get(const Reading& reading, std::string path,
                                                        halo_api::Query query);

    Parts parts_;
    std::map<std::string, int> failures_; // of rows, since a reading came to its end
};

} // namespace mizo::reconcile
