#pragma once

#include "daemon/base/log.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/setup/check_json.hpp"
#include "daemon/setup/installer.hpp"

#include <cstdint>
#include <functional>

namespace mizo::setup {

// The checks as the admin page shows them.
struct GuideView {
    bool running = false;
    std::optional<base::WallTime> ran; // the end of the last whole run
    std::optional<base::WallTime> next;
    std::size_t done = 0;
    std::size_t total = 0;
    std::vector<CheckState> items;
};

// One check that was mended, or would be.
struct Mended {
    Check check; // as it is now
    Changes changes;
    bool done = false;
    std::optional<base::Error> error = {};
};

// The setup guide, alive: looks on demand, daily, and after the settings have changed; remembers what it
// found over a start. On the loop's thread only; the app owns it.
class Guide {
public:
    struct Parts {
        asio::any_io_executor executor;
        halo_api::Api& api;
        custody::WebhookCertificates& certificates;
        config::LiveSettings& settings;
        store::Writer& writer;
        store::Readers& readers;
        const base::Clock& clock;
        base::Log& log;
        std::function<Scopes()> scopes; // of the token
        std::function<std::string()> webhook_url;
        std::function<std::string()> tab_url;
        std::function<std::optional<TicketResult>()> test_ticket; // the last one's end; empty: none
        // Stores the setting halo.tab_secret.
        std::function<asio::awaitable<base::Result<void>>(std::string)> keep_tab_secret;
        // Gets another token, after the application's permissions have changed.
        std::function<asio::awaitable<void>()> renew_token;
        // The relay's own deeds, for the audit.
        std::function<asio::awaitable<void>(std::string action, json::object args)> audit;
    };

    explicit Guide(Parts parts);
    Guide(const Guide&) = delete;
    Guide& operator=(const Guide&) = delete;

    // Takes up what an earlier start found.
    asio::awaitable<void> start();
    asio::awaitable<void> stop();
    // What was found may no longer hold: looks again, soon.
    void settings_changed();
    // Looks at everything now; where that is under way, nothing more happens.
    void run_now();

    GuideView view() const;
    const CheckState* find(std::string_view id) const; // null: there is none
    // Rises with each change of what view() gives.
    std::uint64_t revision() const { return revision_; }
    // Checks that were right and are wrong now.
    std::vector<CheckState> turned_wrong() const;
    // Mends one check in HaloPSA, or says what would be changed. What is there is read anew first and read
    // back afterwards, so nothing is made twice. Errors: not_found; conflict "check_not_fixable" or
    // "checks_running".
    asio::awaitable<base::Result<Mended>> fix(std::string id, bool dry_run);
    // Mends all that can be, each after what it needs. With `dry_run`, what depends on something that is
    // still missing is not among it. Error: conflict "checks_running".
    asio::awaitable<base::Result<std::vector<Mended>>> fix_all(bool dry_run);
    // Puts a certificate into HaloPSA. Errors: not_found, gone; conflict "checks_running".
    asio::awaitable<base::Result<Installed>> install(std::string id);

    // HaloPSA's ticket types, at most a minute old. Errors: those of the API, and refused "halo_refused".
    asio::awaitable<base::Result<Facts>> ticket_types();

private:
    asio::awaitable<void> run();
    asio::awaitable<void> look();
    asio::awaitable<void> own_facts();
    asio::awaitable<void> follow_test_ticket();
    void take(const Checks& checks);
    asio::awaitable<void> save();

    asio::awaitable<void> begin_mending();
    asio::awaitable<void> read_for(Area area);
    // Does what the plan for these checks says, and reads the area back; the first thing that failed.
    asio::awaitable<std::optional<base::Error>> mend(std::set<std::string> checks, Area area);
    asio::awaitable<std::optional<base::Error>> install_newest();
    asio::awaitable<void> end_mending();

    // Looks whether webhooks signed by a certificate just put into HaloPSA arrive, or takes it back.
    asio::awaitable<void> watch_switch();
    asio::awaitable<void> end_watching();
    bool signs_with_former() const;
    bool is_pending(const std::string& id) const;
    asio::awaitable<std::size_t> refused_since(base::WallTime at);
    asio::awaitable<void> keep_switched();
    asio::awaitable<void> rotate_if_due();

    Parts parts_;
    base::Logger logger_;
    Collector collector_;
    Mender mender_;
    Installer installer_;
    Facts facts_;
    std::vector<CheckState> items_;
    std::optional<base::WallTime> ran_;
    std::optional<base::SteadyTime> types_read_;
    base::SteadyTime next_{};
    bool running_ = false;
    bool mending_ = false;
    std::optional<Switched> switched_;
    base::SteadyTime watched_{};
    std::optional<base::SteadyTime> rotated_; // last tried
    bool stopped_ = false;
    std::size_t done_ = 0;
    std::uint64_t revision_ = 1;
    halo_api::Bell wake_;
    net::TaskScope tasks_;
};

} // namespace mizo::setup
