#include "daemon/setup/test_ticket_run.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/settings.hpp"
#include "daemon/store/stream.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/support/store_world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <functional>

using namespace mizo;
using namespace mizo::setup;
using namespace mizo::tests;

namespace {

// The real store, and a HaloPSA, a link and a cloud that do what the test says.
struct Rig {
    Rig()
    {
        run.on_change([this] { on_change(); });
    }
    ~Rig() { world.run(run.stop()); }

    // Until it is no longer on its way.
    void finish()
    {
        const auto busy = asio::make_work_guard(world.context);
        world.context.restart();
        while (run.ticket().state() == TicketState::running) world.context.run_one();
        // What it keeps last.
        world.write([](store::Database&) { return true; });
    }
    void webhook(std::int64_t ticket)
    {
        store::NewDelivery delivery;
        delivery.id = "0193a2b4-0000-7000-8000-000000000001";
        delivery.body = delivery.headers = delivery.verification = "{}";
        store::Occurrence occurrence;
        occurrence.kind = store::EventKind::created;
        occurrence.ticket = ticket;
        occurrence.dedup_key = "key";
        delivery.occurrences.push_back(occurrence);
        auto record = [delivery, at = world.clock.wall()](store::Database& db) {
            return !store::record_delivery(db, delivery, at).events.empty();
        };
        asio::co_spawn(world.context, net::on_writer(*world.writer, std::move(record)), asio::detached);
    }
    std::string code(TicketStage stage) const { return run.ticket().step(stage).what.code; }
    std::string asked() const
    {
        std::string all;
        for (const halo_api::Call& call : halo.asked) all += call.method + " " + call.path + "; ";
        return all;
    }

    StoreWorld world;
    std::function<base::Result<halo_api::Answer>(const halo_api::Call&)> says;
    FakeHaloApi halo{[this](const halo_api::Call& call) { return says(call); }};
    LinkSighting link{true, 1};
    std::optional<base::WallTime> insight;
    std::function<void()> on_change = [] {};
    TestTicketRun run{{world.context.get_executor(), *world.writer, *world.readers, world.clock, world.random,
                       world.log, halo, [this] { return link; }, [this](std::int64_t) { return insight; }}};
};

} // namespace

TEST_CASE("nothing is asked of HaloPSA twice, and a refusal tells its reason", "[setup][test_ticket]")
{
    Rig rig;
    rig.says = [](const halo_api::Call&) { return halo_answer(403, R"("no right to log tickets")"); };
    CHECK(rig.run.begin({}));
    CHECK_FALSE(rig.run.begin({}));
    rig.finish();
    CHECK(rig.asked() == "POST /Tickets; ");
    CHECK(rig.code(TicketStage::created) == "ticket_refused");
    CHECK(rig.run.ticket().step(TicketStage::created).what.args.at("reason") == "no right to log tickets");
    CHECK(rig.run.ticket().step(TicketStage::created).advice == "advice_ticket_rights");
}

TEST_CASE("a ticket whose making was not answered is looked for, by its mark", "[setup][test_ticket]")
{
    Rig rig;
    std::string summary;
    rig.says = [&](const halo_api::Call& call) -> base::Result<halo_api::Answer> {
        if (call.method == "GET")
            return halo_answer(200, R"({"tickets":[{"id":1,"summary":"another"},{"id":4711,"summary":")" +
                                        summary + "\"}]}");
        if (call.method == "DELETE") return halo_answer(200, "");
        summary = boost::json::parse(call.body).at(0).at("summary").as_string();
        return base::Error{base::Errc::timeout, "halo_timeout", "HaloPSA did not answer in time"};
    };
    rig.on_change = [&] {
        if (rig.run.ticket().task() == TestTicket::Task::watch && rig.halo.asked.size() == 2)
            rig.world.clock.advance(std::chrono::seconds{120});
    };
    rig.run.begin({});
    rig.finish();
    CHECK(rig.run.ticket().ticket() == 4711);
    CHECK(rig.asked() == "POST /Tickets; GET /Tickets; DELETE /Tickets/4711; ");
}

TEST_CASE("the webhook, the link and the insight are found where they come by, and the ticket is removed",
          "[setup][test_ticket]")
{
    Rig rig;
    rig.says = [&](const halo_api::Call& call) {
        if (call.method == "POST") rig.webhook(4711);
        return call.method == "POST" ? halo_answer(201, R"({"id":4711})") : halo_answer(200, "");
    };
    rig.on_change = [&] {
        if (rig.run.ticket().step(TicketStage::sent).result != StageResult::ok || rig.insight) return;
        rig.insight = rig.world.clock.wall();
        auto ack = [at = rig.world.clock.wall()](store::Database& db) {
            (void)store::mark_acked(db, {1, "session", {}}, at);
            return true;
        };
        asio::co_spawn(rig.world.context, net::on_writer(*rig.world.writer, std::move(ack)), asio::detached);
    };
    TicketWish wish;
    wish.ticket_type = 25;
    rig.run.begin(wish);
    rig.finish();
    CHECK(rig.run.ticket().state() == TicketState::passed);
    CHECK(rig.code(TicketStage::insight) == "ticket_insight");
    CHECK(rig.code(TicketStage::cleaned_up) == "ticket_deleted");
    CHECK(boost::json::parse(rig.halo.asked.at(0).body).at(0).at("tickettype_id") == 25);
    CHECK(rig.halo.asked.at(0).purpose == halo_api::Purpose::test_ticket);
}

TEST_CASE("a ticket that may not be deleted is closed, with the status that is called so",
          "[setup][test_ticket]")
{
    Rig rig;
    std::string closing;
    rig.says = [&](const halo_api::Call& call) {
        if (call.method == "DELETE") return halo_answer(403, "");
        if (call.path == "/Status")
            return halo_answer(200, R"([{"id":1,"name":"New"},{"id":77,"name":"Closed"}])");
        closing = call.body;
        return halo_answer(201, R"({"id":4711})");
    };
    rig.on_change = [&] {
        if (rig.halo.asked.size() == 1) rig.world.clock.advance(std::chrono::seconds{120});
    };
    rig.run.begin({});
    rig.finish();
    CHECK(boost::json::parse(closing) == boost::json::parse(R"([{"id":4711,"status_id":77}])"));
    CHECK(rig.code(TicketStage::cleaned_up) == "ticket_closed");
}

TEST_CASE("a test ticket survives a restart as interrupted, and the next one can begin",
          "[setup][test_ticket]")
{
    Rig rig;
    TestTicket before;
    before.begin({}, rig.world.clock.wall(), rig.world.clock.steady());
    rig.world.write([kept = before.kept()](store::Database& db) {
        store::set_meta(db, "test_ticket", kept);
        return true;
    });
    rig.world.run(rig.run.start());
    CHECK(rig.run.ticket().state() == TicketState::interrupted);
    const auto kept = rig.world.read([](store::Database& db) { return store::load_meta(db, "test_ticket"); });
    CHECK(kept == rig.run.ticket().kept());
}
