#include "daemon/reconcile/schedule.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::reconcile;
using namespace std::chrono_literals;

namespace {

// A schedule whose time is moved by hand; everything is well with it unless a test says otherwise.
struct Rig {
    Schedule schedule;
    ScheduleFacts facts{true, true, 0, true};
    base::SteadyTime now = base::SteadyTime{} + 1h;

    // Why a run is due now; it begins.
    std::optional<Reason> due_after(std::chrono::milliseconds time)
    {
        now += time;
        schedule.on(facts, now);
        const auto due = schedule.due(now);
        if (due) schedule.on_begin();
        return due;
    }
    void ran(RunState state, std::optional<Way> way = Way::api, Reason reason = Reason::start)
    {
        Run run;
        run.reason = reason;
        run.state = state;
        run.way = way;
        schedule.on_run(run, now);
    }
};

} // namespace

TEST_CASE("a run is due at the start, once HaloPSA's API is set up", "[reconcile][schedule]")
{
    Rig rig;
    rig.facts.configured = false;
    CHECK_FALSE(rig.due_after(0s));
    CHECK_FALSE(rig.schedule.next());
    rig.facts.configured = true;
    CHECK(rig.due_after(1s) == Reason::start);
    rig.ran(RunState::done);
    CHECK_FALSE(rig.due_after(1s));
    rig.schedule.configured_anew();
    CHECK(rig.due_after(1s) == Reason::start);
}

TEST_CASE("a run is due each day", "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::done);
    CHECK_FALSE(rig.due_after(24h - 1ms));
    CHECK(rig.due_after(1ms) == Reason::daily);
}

TEST_CASE("where HaloPSA's log can be read, it is read every 15 minutes for the ledger",
          "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::done, Way::delivery_log);
    CHECK_FALSE(rig.due_after(15min - 1ms));
    CHECK(rig.due_after(1ms) == Reason::ledger);
    rig.ran(RunState::done, Way::api, Reason::ledger); // the rights are gone
    CHECK_FALSE(rig.due_after(15min));
}

TEST_CASE("a run is due once an outage has been over for half a minute", "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::done);
    SECTION("the listener or the store was down")
    {
        rig.facts.open = false;
    }
    SECTION("webhooks were turned away")
    {
        rig.facts.turned_away = 1;
    }
    CHECK_FALSE(rig.due_after(1s));
    rig.facts.open = true;
    CHECK_FALSE(rig.due_after(30s - 1ms));
    CHECK(rig.due_after(1ms) == Reason::outage);
    rig.ran(RunState::done);
    CHECK_FALSE(rig.due_after(60s));
}

TEST_CASE("an outage is not over while it lasts", "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::done);
    rig.facts.open = false;
    CHECK_FALSE(rig.due_after(1s));
    CHECK_FALSE(rig.due_after(10min));
}

TEST_CASE("a link that was down for five minutes is an outage, a shorter time is none",
          "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::done);
    rig.facts.link_live = false;
    rig.due_after(1s);
    rig.facts.link_live = true;
    rig.due_after(5min - 1ms);
    CHECK_FALSE(rig.due_after(60s));
    rig.facts.link_live = false;
    rig.due_after(1s);
    rig.facts.link_live = true;
    rig.due_after(5min);
    CHECK(rig.due_after(30s) == Reason::outage);
}

TEST_CASE("what is not done goes on soon, and what failed is tried again ever more slowly",
          "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::partial);
    CHECK_FALSE(rig.due_after(30s - 1ms));
    CHECK(rig.due_after(1ms) == Reason::more);
    rig.ran(RunState::failed, {});
    CHECK_FALSE(rig.due_after(60s - 1ms));
    CHECK(rig.due_after(1ms) == Reason::more);
    rig.ran(RunState::failed, {});
    CHECK_FALSE(rig.due_after(120s - 1ms));
    CHECK(rig.due_after(1ms) == Reason::more);
    for (int i = 0; i < 10; ++i) rig.ran(RunState::failed, {});
    CHECK_FALSE(rig.due_after(30min - 1ms));
    CHECK(rig.due_after(1ms) == Reason::more);
}

TEST_CASE("a log that failed, so that tickets stood in for it, is tried again in half an hour",
          "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    Run run;
    run.way = Way::api;
    run.log_failed = true;
    rig.schedule.on_run(run, rig.now);
    CHECK_FALSE(rig.due_after(30min - 1ms));
    CHECK(rig.due_after(1ms) == Reason::more);
    rig.ran(RunState::done, Way::delivery_log);
    CHECK_FALSE(rig.due_after(15min - 1ms));
}

TEST_CASE("what is asked for is due at once, also after a failure", "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.ran(RunState::failed, {});
    rig.schedule.ask(Reason::admin);
    CHECK(rig.due_after(0s) == Reason::admin);
    rig.ran(RunState::done);
    CHECK_FALSE(rig.due_after(1s));
}

namespace {

// Open for an hour; a change two minutes ago; the newest webhook came an hour ago.
PollFacts silent()
{
    PollFacts facts;
    facts.open_for = 1h;
    facts.webhook_age = 1h;
    facts.change_age = 2min;
    return facts;
}

} // namespace

TEST_CASE("HaloPSA is asked where a change came without its webhook", "[reconcile][poll]")
{
    PollFacts facts = silent();
    CHECK(poll_wanted(facts));
    facts.webhook_age.reset(); // none ever came
    CHECK(poll_wanted(facts));
}

TEST_CASE("a webhook that may still come is waited for", "[reconcile][poll]")
{
    PollFacts facts = silent();
    facts.change_age = facts.interval - 1ms;
    CHECK_FALSE(poll_wanted(facts));
    facts.change_age = facts.interval;
    CHECK(poll_wanted(facts));
}

TEST_CASE("HaloPSA is not asked while webhooks come", "[reconcile][poll]")
{
    PollFacts facts = silent();
    facts.webhook_age = *facts.change_age + 60s;
    CHECK_FALSE(poll_wanted(facts));
    facts.webhook_age = *facts.change_age + 60s + 1ms;
    CHECK(poll_wanted(facts));
}

TEST_CASE("what changed while nothing could be received proves nothing", "[reconcile][poll]")
{
    PollFacts facts = silent();
    facts.open_for = *facts.change_age + 2s - 1ms;
    CHECK_FALSE(poll_wanted(facts));
    facts.open_for.reset();
    CHECK_FALSE(poll_wanted(facts));
    facts = silent();
    facts.change_age.reset();
    CHECK_FALSE(poll_wanted(facts));
}

TEST_CASE("asking ends with the first webhook that comes again", "[reconcile][poll]")
{
    PollFacts facts = silent();
    facts.active = true;
    facts.active_for = 10min;
    CHECK(poll_wanted(facts));
    facts.webhook_age = 1min;
    CHECK_FALSE(poll_wanted(facts));
}

TEST_CASE("the admin's word on asking is the last", "[reconcile][poll]")
{
    PollFacts facts = silent();
    facts.mode = PollMode::off;
    CHECK_FALSE(poll_wanted(facts));
    facts = PollFacts{};
    facts.mode = PollMode::on;
    CHECK(poll_wanted(facts));
}

TEST_CASE("what is asked for while a run is in hand is due after it", "[reconcile][schedule]")
{
    Rig rig;
    rig.due_after(0s);
    rig.schedule.ask(Reason::command);
    rig.ran(RunState::done);
    CHECK(rig.due_after(0s) == Reason::command);
    rig.ran(RunState::done, Way::api, Reason::command);
    CHECK_FALSE(rig.due_after(0s));
}
