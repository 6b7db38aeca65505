#include "daemon/reconcile/reconciler.hpp"
#include "tests/unit/reconcile/reconcile_world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

using namespace mizo;
using namespace mizo::tests;
using reconcile::Reason;
using store::Place;

namespace {

// The whole search on that world, with HaloPSA's API set up.
struct Rig {
    ReconcileWorld world{{{"halo.url", "https://msp.halopsa.com"},
                          {"halo.client_id", "client"},
                          {"halo.client_secret", "a-secret-of-the-client"}}};
    reconcile::Reconciler reconciler{parts()};

    reconcile::Reconciler::Parts parts()
    {
        return {.executor = world.context.get_executor(),
                .writer = *world.writer,
                .readers = *world.readers,
                .api = world.api,
                .recorder = *world.recorder,
                .settings = world.settings,
                .clock = world.clock,
                .logger = base::Logger{world.log, "reconcile"},
                .webhook_token = "the-secret-token",
                .inflow = [] { return reconcile::Inflow{}; }};
    }

    // Until so many runs have come to their end; what the last of them says.
    reconcile::Run runs(std::int64_t count)
    {
        const auto work = [this, count]() -> asio::awaitable<void> {
            co_await reconciler.start();
            asio::steady_timer pause{world.context};
            for (int waits = 0; waits < 1'000 && reconciler.view().totals.runs < count; ++waits) {
                pause.expires_after(5ms);
                co_await pause.async_wait(asio::use_awaitable);
            }
            co_await reconciler.stop();
        };
        world.run(work());
        return *reconciler.view().last_run;
    }
};

} // namespace

TEST_CASE("a search that is asked for while one runs is made after it", "[reconcile]")
{
    Rig rig;
    const base::WallTime from = rig.world.at(-30min);
    rig.world.api.meanwhile = [&]() -> asio::awaitable<void> {
        CHECK(rig.reconciler.ask(Reason::command, from).has_value());
        co_return;
    };
    const reconcile::Run second = rig.runs(2);
    CHECK(second.reason == Reason::command);
    CHECK(second.from <= from);
    const auto asked_from = rig.world.read([](store::Database& db) { return store::load_asked_from(db); });
    CHECK_FALSE(asked_from);
}

TEST_CASE("a place that lies ahead of any clock is not gone on from", "[reconcile]")
{
    Rig rig;
    rig.world.write([&](store::Database& db) {
        store::advance_place(db, Place::log, rig.world.noon + 24h * 365);
        return true;
    });
    const reconcile::Run run = rig.runs(1);
    CHECK(run.from < rig.world.noon);
    CHECK(rig.world.place(Place::log) == rig.world.noon);
}
