#include "daemon/store/halo_calls.hpp"
#include "daemon/store/retention.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;

namespace {

HaloCall call_at(mizo::base::WallTime at, const std::string& purpose = "check")
{
    HaloCall call;
    call.at = at;
    call.purpose = purpose;
    call.method = "GET";
    call.path = "/Tickets/4242";
    call.ticket = 4242;
    call.status = 200;
    return call;
}

std::int64_t kept(StoreRig& rig)
{
    return rig.db.scalar("SELECT count(*) FROM halo_calls");
}

} // namespace

TEST_CASE("calls are listed newest first, page by page, of one purpose, one ticket, or all",
          "[store][halo_calls]")
{
    StoreRig rig;
    for (int i = 0; i < 5; ++i) add_halo_call(rig.db, call_at(noon, i % 2 == 0 ? "agent" : "tab"));
    PageRequest two;
    two.limit = 2;
    const auto first = list_halo_calls(rig.db, two);
    REQUIRE(first->items.size() == 2);
    CHECK(first->items.at(0).id == 5);
    two.cursor = first->next_cursor;
    CHECK(list_halo_calls(rig.db, two)->items.at(0).id == 3);
    CHECK(list_halo_calls(rig.db, {}, {"agent"})->items.size() == 3);
    HaloCall other = call_at(noon, "agent");
    other.ticket = 7;
    add_halo_call(rig.db, other);
    CHECK(list_halo_calls(rig.db, {}, {{}, 7})->items.size() == 1);
    CHECK(list_halo_calls(rig.db, {}, {"tab", 7})->items.empty());
    two.cursor = "no cursor";
    CHECK_FALSE(list_halo_calls(rig.db, two).has_value());
}

TEST_CASE("at most 10,000 calls are kept", "[store][halo_calls]")
{
    StoreRig rig;
    for (std::int64_t i = 0; i < halo_calls_limit + 1; ++i) add_halo_call(rig.db, call_at(noon));
    CHECK(kept(rig) == halo_calls_limit);
    CHECK(rig.db.scalar("SELECT min(id) FROM halo_calls") == 2);
}

TEST_CASE("calls leave after seven days", "[store][halo_calls]")
{
    StoreRig rig;
    add_halo_call(rig.db, call_at(noon));
    apply_retention(rig.db, {}, noon + std::chrono::days{7});
    CHECK(kept(rig) == 1);
    apply_retention(rig.db, {}, noon + std::chrono::days{7} + std::chrono::milliseconds{1});
    CHECK(kept(rig) == 0);
}
