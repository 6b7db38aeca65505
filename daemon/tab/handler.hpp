#pragma once

#include "daemon/base/embedded.hpp"
#include "daemon/config/live.hpp"
#include "daemon/net/server.hpp"
#include "daemon/tab/actions.hpp"
#include "daemon/tab/budgets.hpp"
#include "daemon/tab/sessions.hpp"
#include "daemon/tab/tab.hpp"
#include "daemon/tab/ticket_gate.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mizo::tab {

// What the tab's page asks for, under /tab on the public listener: itself (which holds nothing of any
// ticket), a session for its link, and with that what is known of the ticket, and its buttons. The link
// travels in a body, never in a path or query of ours, and nothing of it is kept or logged.
class TabHandler final : public net::RequestHandler {
public:
    struct Parts {
        const config::LiveSettings& settings;
        store::Readers& readers;
        TicketGate& gate;
        Actions& actions;
        const bool& live; // the link to Mizo
        const base::Clock& clock;
        base::Logger logger;
        std::span<const embedded::File> page;
    };
    static constexpr double bad_links_per_minute = 20; // of one address
    static constexpr double looks_per_minute = 90;     // of one agent at one ticket
    static constexpr double presses_per_minute = 20;   // of one agent

    explicit TabHandler(Parts parts);

    net::Admission admit(const web::RequestHead& head) override;
    asio::awaitable<web::Response> handle(web::Request request) override;

    // Where the secret or HaloPSA is another, whoever has the tab open must show a link anew.
    void take_settings();
    View view() const;

private:
    asio::awaitable<web::Response> respond(web::Request request);
    web::Response page_file(std::string_view path) const;
    asio::awaitable<web::Response> open_session(web::Request request);
    asio::awaitable<web::Response> show(web::Request request);
    asio::awaitable<web::Response> act(web::Request request);

    std::optional<Visit> visit_of(const web::RequestHead& head) const;
    web::Response turn_away(const base::Error& error, const std::string& remote);
    web::Response secured(web::Response response) const;

    Parts parts_;
    std::shared_ptr<const config::Settings> settings_;
    LinkNames names_;
    std::string origin_; // of HaloPSA; empty: not known
    Sessions sessions_;
    Budgets bad_links_{bad_links_per_minute};
    Budgets looks_{looks_per_minute};
    Budgets presses_{presses_per_minute};
    std::optional<base::WallTime> last_opened_;
    std::optional<Refusal> last_refused_;
    std::uint64_t opened_ = 0;
    std::uint64_t refused_ = 0;
};

} // namespace mizo::tab
