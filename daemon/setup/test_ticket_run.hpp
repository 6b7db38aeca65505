#pragma once

#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/setup/test_ticket.hpp"

#include <functional>

namespace mizo::setup {

namespace asio = boost::asio;

// What the link says of itself.
struct LinkSighting {
    bool live = false;
    std::int64_t sent_upto = 0; // the highest seq that was sent and not taken back
};

// Makes the test ticket, looks for it where it must come by, and removes it. One at a time. On the loop's
// thread.
class TestTicketRun {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        const base::Clock& clock;
        base::Random& random;
        base::Log& log;
        halo_api::Api& halo;
        std::function<LinkSighting()> link;
        // When Mizo's newest insight for this ticket came, if one has.
        std::function<std::optional<base::WallTime>(std::int64_t ticket)> insight;
    };

    explicit TestTicketRun(Parts parts);
    TestTicketRun(const TestTicketRun&) = delete;
    TestTicketRun& operator=(const TestTicketRun&) = delete;

    // Takes up what an earlier start left.
    asio::awaitable<void> start();
    asio::awaitable<void> stop();

    // False while one is on its way.
    bool begin(TicketWish wish);
    const TestTicket& ticket() const { return ticket_; }
    // Called whenever it has come further.
    void on_change(std::function<void()> listener) { changed_ = std::move(listener); }

private:
    asio::awaitable<void> run();
    asio::awaitable<void> create();
    // The number of the ticket with this mark; none: there is none, or it cannot be looked for.
    asio::awaitable<std::optional<std::int64_t>> find(std::string mark);
    asio::awaitable<void> watch();
    asio::awaitable<void> clean_up();
    asio::awaitable<std::int64_t> closed_status();
    asio::awaitable<void> tell_change();

    Parts parts_;
    base::Logger logger_;
    TestTicket ticket_;
    std::function<void()> changed_;
    asio::steady_timer pause_;
    net::TaskScope tasks_;
};

} // namespace mizo::setup
