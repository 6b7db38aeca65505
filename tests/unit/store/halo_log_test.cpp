#include "daemon/store/deliveries.hpp"
#include "daemon/store/halo_log.hpp"
#include "daemon/store/reconcile_place.hpp"
#include "daemon/store/retention.hpp"
#include "daemon/store/tickets.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

constexpr mizo::base::WallTime at_noon{std::chrono::milliseconds{1'795'521'600'000}};

} // namespace

TEST_CASE("what is known of a ticket grows with its events, and old news changes nothing", "[store][tickets]")
{
    StoreRig rig;
    CHECK_FALSE(load_ticket(rig.db, 1));
    note_ticket(rig.db, 1, {25, 1, false, at_noon}, at_noon);
    note_ticket(rig.db, 1, {std::nullopt, std::nullopt, false, at_noon + 1min}, at_noon);
    auto known = load_ticket(rig.db, 1);
    REQUIRE(known);
    CHECK(known->type == 25);
    CHECK(known->status == 1);
    CHECK(known->known == at_noon + 1min);

    note_ticket(rig.db, 1, {std::nullopt, 9, false, at_noon}, at_noon); // came late
    CHECK(load_ticket(rig.db, 1)->status == 1);
    CHECK(load_ticket(rig.db, 1)->known == at_noon + 1min);
    note_ticket(rig.db, 1, {std::nullopt, 9, true, at_noon + 2min}, at_noon);
    CHECK(load_ticket(rig.db, 1)->status == 9);
    note_ticket(rig.db, 1, {std::nullopt, std::nullopt, true, at_noon + 3min},
                at_noon); // to one that is not named
    CHECK_FALSE(load_ticket(rig.db, 1)->status);
}

TEST_CASE("the last change that was looked at is never an earlier one", "[store][tickets]")
{
    StoreRig rig;
    note_polled(rig.db, 1, at_noon, at_noon);
    note_polled(rig.db, 1, at_noon - 1min, at_noon);
    CHECK(load_ticket(rig.db, 1)->polled == at_noon);
    CHECK_FALSE(load_ticket(rig.db, 1)->known);
}

TEST_CASE("a place in HaloPSA's log only goes forward", "[store][reconcile]")
{
    StoreRig rig;
    CHECK_FALSE(load_place(rig.db, Place::log));
    advance_place(rig.db, Place::log, at_noon);
    advance_place(rig.db, Place::log, at_noon - 1ms);
    CHECK(load_place(rig.db, Place::log) == at_noon);
    CHECK_FALSE(load_place(rig.db, Place::api));
    set_asked_from(rig.db, at_noon);
    CHECK(load_asked_from(rig.db) == at_noon);
    set_asked_from(rig.db, std::nullopt);
    CHECK_FALSE(load_asked_from(rig.db));
}

TEST_CASE("a row of HaloPSA's log that is settled stays so; a missing one can be found", "[store][halo_log]")
{
    StoreRig rig;
    put_halo_log(rig.db, {{"a", at_noon, LogState::missing, 1}, {"b", at_noon, LogState::here, 1}}, at_noon);
    CHECK(settled_halo_log(rig.db, {"a", "b", "c"}) == std::set<std::string>{"b"});
    put_halo_log(rig.db, {{"a", at_noon, LogState::recovered, 2}, {"b", at_noon, LogState::missing, 1}},
                 at_noon + 1h);
    CHECK(settled_halo_log(rig.db, {"a", "b"}) == std::set<std::string>{"a", "b"});
}

TEST_CASE("the ledger counts what HaloPSA's log has within the window, repeats left out", "[store][halo_log]")
{
    StoreRig rig;
    put_halo_log(rig.db,
                 {{"old", at_noon - 24h - 1ms, LogState::here, 1},
                  {"edge", at_noon - 24h, LogState::here, 1},
                  {"batch", at_noon, LogState::here, 3},
                  {"again", at_noon, LogState::repeated, 1},
                  {"lost", at_noon, LogState::missing, 1}},
                 at_noon);
    CHECK_FALSE(halo_ledger(rig.db, at_noon - 24h).halo);
    set_halo_log_read(rig.db, at_noon, at_noon);
    const HaloLedger ledger = halo_ledger(rig.db, at_noon - 24h);
    CHECK(ledger.halo == 5);
    CHECK(ledger.missing == 1);
    CHECK(ledger.stored == 4);
    CHECK(ledger.equal == false);
    clear_halo_log_read(rig.db);
    CHECK_FALSE(halo_ledger(rig.db, at_noon - 24h).halo);
}

TEST_CASE("a reading of HaloPSA's log is too old for the ledger after 26 hours", "[store][halo_log]")
{
    StoreRig rig;
    set_halo_log_read(rig.db, at_noon, at_noon);
    CHECK(halo_ledger(rig.db, at_noon + 2h).halo == 0);
    CHECK_FALSE(halo_ledger(rig.db, at_noon + 2h + 1ms).halo);
}

TEST_CASE("what is compared leaves once HaloPSA keeps nothing of it either", "[store][halo_log]")
{
    StoreRig rig;
    note_ticket(rig.db, 1, {25, 1, false, at_noon}, at_noon);
    put_halo_log(rig.db, {{"a", at_noon, LogState::here, 1}}, at_noon);
    apply_retention(rig.db, {}, at_noon + 35 * 24h);
    CHECK(rig.db.scalar("SELECT count(*) FROM tickets") == 1);
    CHECK(rig.db.scalar("SELECT count(*) FROM halo_log") == 1);
    apply_retention(rig.db, {}, at_noon + 35 * 24h + 1ms);
    CHECK(rig.db.scalar("SELECT count(*) FROM tickets") == 0);
    CHECK(rig.db.scalar("SELECT count(*) FROM halo_log") == 0);
}
