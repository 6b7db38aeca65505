#include "daemon/reconcile/schedule.hpp"

#include <algorithm>

namespace mizo::reconcile {

namespace {

// A webhook follows its change by so much at most.
constexpr std::chrono::milliseconds webhook_lag{60'000};
// HaloPSA tells its own time by the second.
constexpr std::chrono::milliseconds about_a_second{2'000};

void keep_earlier(std::optional<base::SteadyTime>& first, std::optional<base::SteadyTime> other)
{
    if (other && (!first || *other < *first)) first = other;
}

} // namespace

void Schedule::on(const ScheduleFacts& facts, base::SteadyTime now)
{
    note_outage(facts, now);
    if (facts.configured != facts_.configured) {
        retry_at_.reset();
        retry_pause_ = {};
    }
    facts_ = facts;
}

void Schedule::note_outage(const ScheduleFacts& facts, base::SteadyTime now)
{
    if (!facts.open || facts.turned_away != facts_.turned_away) trouble_ = now;
    if (!facts.link_live && !link_down_) link_down_ = now;
    if (!facts.link_live) return;
    if (link_down_ && now - *link_down_ >= link_outage) trouble_ = now;
    link_down_.reset();
}

void Schedule::on_run(const Run& run, base::SteadyTime now)
{
    more_at_.reset();
    retry_at_.reset();
    if (run.state == RunState::failed) {
        retry_pause_ = std::min<std::chrono::seconds>(std::max(retry_first, 2 * retry_pause_), retry_longest);
        retry_at_ = now + retry_pause_;
        return;
    }
    retry_pause_ = {};
    if (!asked_meanwhile_) asked_.reset();
    if (run.state == RunState::partial) {
        more_at_ = now + more_after;
        return;
    }
    log_readable_ = run.way == Way::delivery_log;
    if (log_readable_) log_read_ = now;
    if (run.reason != Reason::ledger || log_readable_) done_ = now;
    if (run.log_failed) retry_at_ = now + retry_longest;
    // What began while it ran is another outage.
    if (trouble_ && now - *trouble_ >= calm_for) trouble_.reset();
}

std::optional<Reason> Schedule::due(base::SteadyTime now) const
{
    if (!facts_.configured) return std::nullopt;
    if (retry_at_ && now < *retry_at_) return std::nullopt;
    if (asked_) return asked_;
    if (more_at_) return now >= *more_at_ ? std::optional{Reason::more} : std::nullopt;
    if (retry_at_) return Reason::more;
    if (!done_) return Reason::start;
    if (trouble_ && facts_.open && now - *trouble_ >= calm_for) return Reason::outage;
    if (now - *done_ >= daily) return Reason::daily;
    if (log_readable_ && log_read_ && now - *log_read_ >= ledger_every) return Reason::ledger;
    return std::nullopt;
}

std::optional<base::SteadyTime> Schedule::next() const
{
    if (!facts_.configured) return std::nullopt;
    if (retry_at_) return retry_at_;
    std::optional<base::SteadyTime> next = more_at_;
    if (done_) keep_earlier(next, *done_ + daily);
    if (log_readable_ && log_read_) keep_earlier(next, *log_read_ + ledger_every);
    return next;
}

bool poll_wanted(const PollFacts& facts)
{
    if (facts.mode != PollMode::automatic) return facts.mode == PollMode::on;
    // A webhook that came since polling began: HaloPSA reaches us again.
    if (facts.active)
        return !(facts.webhook_age && facts.active_for && *facts.webhook_age < *facts.active_for);
    // A change whose webhook should have been here by now, and would have found us open.
    if (!facts.change_age || !facts.open_for || *facts.change_age < facts.interval) return false;
    if (*facts.open_for < *facts.change_age + about_a_second) return false;
    return !facts.webhook_age || *facts.webhook_age > *facts.change_age + webhook_lag;
}

} // namespace mizo::reconcile
