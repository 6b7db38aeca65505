#include "daemon/halo_api/health.hpp"

#include <catch2/catch.hpp>

namespace mizo::halo_api {

namespace {

const base::WallTime now{std::chrono::hours{480'000}};

View after(int status, std::optional<int> before = std::nullopt)
{
    Health health;
    health.configured(true, now);
    if (before) health.answered(*before, "", now);
    health.answered(status, "HTTP " + std::to_string(status), now);
    View view;
    health.tell(view);
    return view;
}

} // namespace

TEST_CASE("a server or a proxy out of order is no matter of permissions")
{
    const View view = after(502, 200);
    CHECK(view.state == State::failing);
    REQUIRE(view.advice);
    CHECK(view.advice->code == "advice_halo_server");
    CHECK(advice_for(500).code == "advice_halo_server");
}

TEST_CASE("what sends the relay elsewhere is not HaloPSA's API, and the address is to be looked at")
{
    const View view = after(302, 200);
    CHECK(view.state == State::failing);
    REQUIRE(view.last_error);
    CHECK(view.last_error->code() == "halo_answer_unexpected");
    CHECK(view.advice->code == "advice_halo_address");
}

TEST_CASE("one right that is missing does not make a HaloPSA that works a failing one")
{
    CHECK(after(401, 200).state == State::ok);
    CHECK(after(403, 200).state == State::ok);
    const View never_worked = after(401);
    CHECK(never_worked.state == State::failing);
    CHECK(never_worked.advice->code == "advice_halo_scopes");
}

TEST_CASE("what does not exist at HaloPSA says that HaloPSA answers")
{
    CHECK(after(404).state == State::ok);
    CHECK(advice_for(404).code == "advice_halo_address");
}

} // namespace mizo::halo_api
