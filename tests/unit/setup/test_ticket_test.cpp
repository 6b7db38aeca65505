#include "daemon/setup/test_ticket.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::setup;
using namespace std::chrono_literals;
using Task = TestTicket::Task;

namespace {

const auto noon = base::from_ms(1'795'514'400'000);

// One test ticket, on clocks that only the test moves.
struct Rig {
    TestTicket ticket;
    TicketSighting sighting;
    base::WallTime wall = noon;
    base::SteadyTime now{1'000s};

    explicit Rig(TicketWish wish = {}) { REQUIRE(ticket.begin(wish, wall, now)); }
    void after(std::chrono::milliseconds time)
    {
        wall += time;
        now += time;
    }
    void look() { ticket.seen(sighting, wall, now); }
    void create() { ticket.created(4711, wall, now); }
    // Its event is here and stored.
    TicketSighting::Event& arrives()
    {
        sighting.event = TicketSighting::Event{};
        sighting.event->received = wall;
        sighting.event->stored = wall + 3ms;
        return *sighting.event;
    }
    std::string results() const
    {
        std::string all;
        for (const TicketStage stage : all_ticket_stages)
            all += std::string{name_of(ticket.step(stage).result)} + " ";
        return all;
    }
    std::string code(TicketStage stage) const { return ticket.step(stage).what.code; }
    std::string advice(TicketStage stage) const { return ticket.step(stage).advice; }
};

} // namespace

TEST_CASE("a ticket is followed from HaloPSA to Mizo and back, with the time at each stage",
          "[setup][test_ticket]")
{
    Rig rig;
    CHECK(rig.ticket.task() == Task::create);
    rig.after(200ms);
    rig.create();
    CHECK(rig.ticket.task() == Task::watch);
    rig.after(100ms);
    auto& event = rig.arrives();
    rig.look();
    event.sent = rig.wall + 10ms;
    rig.after(50ms);
    rig.look();
    event.acked = rig.wall;
    rig.look();
    rig.sighting.insight = rig.wall + 450ms;
    rig.after(500ms);
    rig.look();
    CHECK(rig.ticket.task() == Task::clean_up);
    CHECK(rig.ticket.state() == TicketState::running);
    rig.ticket.cleaned_up({"ticket_deleted", {}}, rig.wall);

    CHECK(rig.results() == "ok ok ok ok ok ok ok ");
    CHECK(rig.ticket.state() == TicketState::passed);
    CHECK(rig.ticket.task() == Task::nothing);
    const std::chrono::milliseconds took[] = {200ms, 100ms, 3ms, 7ms, 40ms, 450ms};
    for (std::size_t i = 0; i < std::size(took); ++i) {
        INFO(name_of(all_ticket_stages.at(i)));
        CHECK(rig.ticket.step(all_ticket_stages.at(i)).took == took[i]);
    }
    CHECK(rig.ticket.total() == 800ms);
}

TEST_CASE("one test ticket is on its way at a time; the next may follow", "[setup][test_ticket]")
{
    Rig rig;
    CHECK_FALSE(rig.ticket.begin({}, rig.wall, rig.now));
    rig.ticket.not_created({"ticket_refused", {}}, "advice_ticket_rights", rig.wall);
    CHECK(rig.ticket.state() == TicketState::failed);
    CHECK(rig.results() == "failed skipped skipped skipped skipped skipped skipped ");
    CHECK(rig.ticket.begin({}, rig.wall, rig.now));
    CHECK(rig.results() == "waiting waiting waiting waiting waiting waiting waiting ");
}

TEST_CASE("the webhook may be here before HaloPSA has answered the call, and no time is below zero",
          "[setup][test_ticket]")
{
    Rig rig;
    rig.arrives();
    rig.after(80ms);
    rig.create();
    rig.look();
    CHECK(rig.ticket.step(TicketStage::received).took == 0ms);
    CHECK(rig.ticket.step(TicketStage::stored).took == 0ms);
}

TEST_CASE("a webhook that does not come within two minutes ends the way, not before", "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    rig.after(120s - 1ms);
    rig.look();
    CHECK(rig.ticket.task() == Task::watch);
    rig.after(1ms);
    rig.look();
    CHECK(rig.results() == "ok failed skipped skipped skipped skipped waiting ");
    CHECK(rig.code(TicketStage::received) == "ticket_not_received");
    CHECK(rig.advice(TicketStage::received) == "advice_ticket_webhook");
    CHECK(rig.ticket.task() == Task::clean_up);
}

TEST_CASE("a delivery that was refused meanwhile is why, after a quarter of a minute", "[setup][test_ticket]")
{
    Rig rig;
    rig.sighting.rejected = rig.wall;
    rig.create();
    rig.after(15s - 1ms);
    rig.look();
    CHECK(rig.ticket.task() == Task::watch);
    rig.after(1ms);
    rig.look();
    CHECK(rig.code(TicketStage::received) == "ticket_rejected");

    Rig other;
    other.sighting.rejected = other.wall - 1ms;
    other.create();
    other.after(60s);
    other.look();
    CHECK(other.ticket.task() == Task::watch);
}

TEST_CASE("an event that was found by asking is told as such, with what to look at", "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    rig.arrives().polled = true;
    rig.look();
    CHECK(rig.code(TicketStage::received) == "ticket_polled");
    CHECK(rig.advice(TicketStage::received) == "advice_ticket_webhook");
    CHECK(rig.ticket.task() == Task::watch);
}

TEST_CASE("each hang after the store has its meaning, at its limit and not before", "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    auto& event = rig.arrives();
    rig.look();
    SECTION("out of scope")
    {
        event.unscoped = true;
        rig.look();
        CHECK(rig.code(TicketStage::sent) == "ticket_unscoped");
        CHECK(rig.advice(TicketStage::sent) == "advice_ticket_scope");
    }
    SECTION("not sent, since the link is down")
    {
        rig.after(30s - 1ms);
        rig.look();
        CHECK(rig.ticket.task() == Task::watch);
        rig.after(1ms);
        rig.look();
        CHECK(rig.code(TicketStage::sent) == "ticket_not_sent");
        CHECK(rig.advice(TicketStage::sent) == "advice_ticket_link");
    }
    SECTION("not sent, since others are before it")
    {
        rig.sighting.link_live = true;
        rig.sighting.queued = 90'000;
        rig.after(30s);
        rig.look();
        CHECK(rig.advice(TicketStage::sent) == "advice_wait");
        CHECK(rig.ticket.step(TicketStage::sent).what.args.at("queued") == 90'000);
    }
    SECTION("not acknowledged")
    {
        event.sent = rig.wall;
        rig.look();
        rig.after(30s - 1ms);
        rig.look();
        CHECK(rig.ticket.task() == Task::watch);
        rig.after(1ms);
        rig.look();
        CHECK(rig.code(TicketStage::acked) == "ticket_not_acked");
    }
    SECTION("a dead letter")
    {
        event.sent = rig.wall;
        event.dead = "no such tenant";
        rig.look();
        CHECK(rig.code(TicketStage::acked) == "ticket_dead");
        CHECK(rig.ticket.step(TicketStage::acked).what.args.at("text") == "no such tenant");
    }
    if (rig.ticket.task() == Task::clean_up) rig.ticket.cleaned_up({"ticket_closed", {}}, rig.wall);
    CHECK(rig.ticket.state() == TicketState::failed);
}

TEST_CASE("an insight that has not come in two minutes is not yet, and no failure", "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    auto& event = rig.arrives();
    event.sent = event.acked = rig.wall;
    rig.look();
    rig.after(120s - 1ms);
    rig.look();
    CHECK(rig.ticket.task() == Task::watch);
    rig.after(1ms);
    rig.look();
    rig.ticket.cleaned_up({"ticket_deleted", {}}, rig.wall);
    CHECK(rig.results() == "ok ok ok ok ok not_yet ok ");
    CHECK(rig.ticket.state() == TicketState::passed);
    CHECK(rig.ticket.total() == 3ms);
}

TEST_CASE("a ticket is left where that was wished, and where it cannot be removed", "[setup][test_ticket]")
{
    TicketWish wish;
    wish.clean_up = false;
    Rig rig{wish};
    rig.create();
    rig.after(120s);
    rig.look();
    CHECK(rig.ticket.task() == Task::nothing);
    CHECK(rig.code(TicketStage::cleaned_up) == "ticket_not_asked");

    Rig other;
    other.create();
    other.after(120s);
    other.look();
    other.ticket.not_cleaned_up("no right", other.wall);
    CHECK(other.code(TicketStage::cleaned_up) == "ticket_left");
    CHECK(other.advice(TicketStage::cleaned_up) == "advice_ticket_remove");
    CHECK(other.ticket.state() == TicketState::failed);
}

TEST_CASE("what was finished is the same after a restart", "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    rig.after(120s);
    rig.look();
    rig.ticket.cleaned_up({"ticket_deleted", {{"ticket", 4711}}}, rig.wall);
    TestTicket again;
    again.resume(rig.ticket.kept(), rig.wall + 1h);
    CHECK(again.kept() == rig.ticket.kept());
    CHECK_FALSE(again.take_changed());
}

TEST_CASE("what was on its way at a restart is interrupted, and says what is left in HaloPSA",
          "[setup][test_ticket]")
{
    Rig rig;
    rig.create();
    TestTicket again;
    again.resume(rig.ticket.kept(), rig.wall + 1h);
    CHECK(again.state() == TicketState::interrupted);
    CHECK(again.task() == Task::nothing);
    CHECK(again.ticket() == 4711);
    CHECK(again.step(TicketStage::created).result == StageResult::ok);
    CHECK(again.step(TicketStage::received).what.code == "ticket_interrupted");
    CHECK(again.step(TicketStage::received).advice == "advice_ticket_remove");
    CHECK(again.step(TicketStage::stored).result == StageResult::skipped);
    CHECK(again.take_changed());
    CHECK(again.begin({}, rig.wall, rig.now));
}

TEST_CASE("a kept text that is none, or is of another version, is no test ticket", "[setup][test_ticket]")
{
    for (const char* kept : {"", "{", "[]", "{}", R"({"state":"running"})", R"({"state":7,"started":1})",
                             R"({"state":"flying","started":1})"}) {
        INFO(kept);
        TestTicket ticket;
        ticket.resume(kept, noon);
        CHECK(ticket.state() == TicketState::idle);
    }
}
