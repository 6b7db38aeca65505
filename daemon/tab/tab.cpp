#include "daemon/tab/tab.hpp"

#include "daemon/net/task_report.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/tab/handler.hpp"
#include "daemon/tab/insight.hpp"

#include <algorithm>
#include <deque>

namespace mizo::tab {

namespace {

constexpr std::size_t insights_waiting_max = 64; // for the disk
constexpr std::size_t seen_max = 256;

} // namespace

// What the cloud says of tickets goes to the store, its answers to whoever waits for them.
class Tab::Work final : public relay::Inbox {
public:
    explicit Work(Parts parts)
        : parts_{std::move(parts)},
          logger_{parts_.log, "tab"},
          gate_{parts_.api, parts_.clock},
          actions_{{parts_.loop, parts_.writer, parts_.clock, parts_.random, logger_, parts_.send}},
          handler_{{parts_.settings, parts_.readers, gate_, actions_, live_, parts_.clock, logger_,
                    embedded::tab_page()}},
          tasks_{parts_.loop, net::report_to(logger_)}
    {
        take_settings(*parts_.settings.current());
    }

    void on(relay::Request) override {}
    void on(relay::Cancel) override {}
    void on(relay::Command) override {}
    void on(relay::Done done) override { actions_.on_done(std::move(done)); }
    void on(relay::Insight insight) override
    {
        const base::WallTime now = parts_.clock.wall();
        auto kept = kept_form(insight, now);
        if (!kept) return tell_refused(kept.error(), insight.ticket_id);
        if (tasks_.size() >= insights_waiting_max) {
            const base::Error busy{base::Errc::unavailable, "tab_insights_waiting",
                                   "More insights come than the disk can take."};
            return tell_refused(busy, insight.ticket_id);
        }
        seen_.emplace_front(kept->ticket, now);
        if (seen_.size() > seen_max) seen_.pop_back();
        tasks_.spawn("insight", keep(std::move(*kept)));
    }
    void on_live(bool live) override
    {
        live_ = live;
        if (!live) actions_.on_link_lost();
    }

    std::optional<base::WallTime> insight_seen(std::int64_t ticket) const
    {
        const auto found =
            std::find_if(seen_.begin(), seen_.end(), [&](const auto& each) { return each.first == ticket; });
        return found == seen_.end() ? std::nullopt : std::optional{found->second};
    }

    TabHandler& handler() { return handler_; }
    const TabHandler& handler() const { return handler_; }

    void take_settings(const config::Settings& settings)
    {
        handler_.take_settings();
        gate_.set_types(settings.ids(config::Key::scope_ticket_types));
        gate_.forget();
    }
    void close() { actions_.close(); }
    asio::awaitable<void> stop()
    {
        close();
        co_await tasks_.join(); // each has what it writes in hand
    }

private:
    asio::awaitable<void> keep(store::Insight insight)
    {
        const std::int64_t ticket = insight.ticket;
        const std::int64_t revision = insight.revision;
        auto work = [insight = std::move(insight)](store::Database& db) {
            return store::put_insight(db, insight);
        };
        store::JobTraits traits;
        traits.grows = true;
        const bool newer = co_await net::on_writer(parts_.writer, std::move(work), traits);
        logger_.debug(newer ? "insight kept" : "insight of an older revision left out",
                      {{"ticket", std::to_string(ticket)}, {"revision", std::to_string(revision)}});
    }

    void tell_refused(const base::Error& error, std::int64_t ticket) const
    {
        logger_.warning("insight not kept", {{"ticket", std::to_string(ticket)}, {"why", error.code()}});
    }

    Parts parts_;
    base::Logger logger_;
    bool live_ = false;
    std::deque<std::pair<std::int64_t, base::WallTime>> seen_; // newest first
    TicketGate gate_;
    Actions actions_;
    TabHandler handler_;
    net::TaskScope tasks_;
};

Tab::Tab(Parts parts) : work_{std::make_unique<Work>(std::move(parts))} {}

Tab::~Tab() = default;

net::RequestHandler& Tab::handler()
{
    return work_->handler();
}

relay::Inbox& Tab::inbox()
{
    return *work_;
}

View Tab::view() const
{
    return work_->handler().view();
}

std::optional<base::WallTime> Tab::insight_seen(std::int64_t ticket) const
{
    return work_->insight_seen(ticket);
}

void Tab::set_settings(const config::Settings& settings)
{
    work_->take_settings(settings);
}

void Tab::close()
{
    work_->close();
}

asio::awaitable<void> Tab::stop()
{
    co_await work_->stop();
}

} // namespace mizo::tab
