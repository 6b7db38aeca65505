#include "daemon/store/halo_log.hpp"
#include "tests/unit/admin/admin_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace mizo::admin::test;

namespace {

std::string text(const json::value& value)
{
    return std::string{value.as_string()};
}

} // namespace

TEST_CASE("the search for what was missed is shown as the contract says, before and after its first run",
          "[admin][reconcile]")
{
    Rig rig;
    const json::value before = rig.get("/api/v1/reconcile").json();
    CHECK(answer_faults(before, "GET /reconcile") == "");
    CHECK(before.at("last_run").is_null());
    CHECK(before.at("ledger").at("halo").is_null());
    CHECK(before.at("ledger").at("equal").is_null());

    reconcile::Run run;
    run.reason = reconcile::Reason::outage;
    run.way = reconcile::Way::delivery_log;
    run.recovered = 3;
    run.message = {"reconcile_recovered", 3, {}, {}};
    run.notes.push_back({"reconcile_without_body", 2, {}, {}});
    rig.reconcile.shown.last_run = run;
    rig.reconcile.shown.poll.error = reconcile::Note{"reconcile_failed", 0, "HTTP 500", {}};
    const json::value after = rig.get("/api/v1/reconcile").json();
    CHECK(answer_faults(after, "GET /reconcile") == "");
    CHECK(text(after.at("last_run").at("message").at("text")) == "Missed and recovered: 3");
    CHECK(text(after.at("last_run").at("notes").at(0).at("text")).find("2 missed deliveries") !=
          std::string::npos);
    CHECK(text(after.at("poll").at("error").at("text")).find("HTTP 500") != std::string::npos);
}

TEST_CASE("a search can be asked for from a time on, and is in the audit", "[admin][reconcile]")
{
    Rig rig;
    const Told told = rig.post("/api/v1/reconcile", R"({"from":"2026-11-24T09:00:00.000Z"})");
    CHECK(told.status == 202);
    CHECK(answer_faults(told.json(), "POST /reconcile", 202) == "");
    REQUIRE(rig.reconcile.asked.size() == 1);
    CHECK(rig.reconcile.asked[0].first == reconcile::Reason::admin);
    CHECK(rig.reconcile.asked[0].second == rig.clock.wall() - std::chrono::hours{1});
    CHECK(rig.post("/api/v1/reconcile").status == 202);
    CHECK_FALSE(rig.reconcile.asked[1].second.has_value());
    const json::value audit = rig.get("/api/v1/audit").json();
    CHECK(text(audit.at("items").at(0).at("action")) == "reconcile_started");
}

TEST_CASE("a search is not begun from a time that makes no sense, or without HaloPSA's API",
          "[admin][reconcile]")
{
    Rig rig;
    for (const char* from : {"yesterday", "2026-11-24T10:00:00.001Z", "2026-10-25T09:59:59.999Z"}) {
        INFO(from);
        CHECK(rig.post("/api/v1/reconcile", R"({"from":")" + std::string{from} + R"("})").code() ==
              "bad_request");
    }
    CHECK(rig.post("/api/v1/reconcile", R"({"from":"2026-10-25T10:00:00.000Z"})").status == 202);
    rig.reconcile.possible = false;
    CHECK(rig.post("/api/v1/reconcile").code() == "reconcile_not_possible");
    CHECK(rig.reconcile.asked.size() == 1);
}

TEST_CASE("the status's ledger has HaloPSA's side where its log was read", "[admin][reconcile]")
{
    Rig rig;
    const std::string delivery = rig.record(R"({"event":"new ticket logged"})");
    const base::WallTime now = rig.clock.wall();
    rig.write([now](store::Database& db) {
        store::put_halo_log(db, {{"row1", now, store::LogState::here, 1}}, now);
        store::put_halo_log(db, {{"row2", now, store::LogState::missing, 1}}, now);
        store::set_halo_log_read(db, now, now);
        return true;
    });
    const json::value status = rig.get("/api/v1/status").json();
    CHECK(answer_faults(status, "GET /status") == "");
    const json::value& ledger = status.at("ledger");
    CHECK(ledger.at("halo") == 2);
    CHECK(ledger.at("missing") == 1);
    CHECK(ledger.at("equal") == false);
}
