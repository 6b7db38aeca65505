#include "daemon/tab/budgets.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace std::chrono_literals;
using tab::Budgets;

namespace {

constexpr base::SteadyTime start{std::chrono::hours{1}};

int taken(Budgets& budgets, const std::string& key, base::SteadyTime now, int tries)
{
    int count = 0;
    for (int i = 0; i < tries; ++i) count += budgets.take(key, now) ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("each key has its own allowance, and no more", "[tab][budgets]")
{
    Budgets budgets{20};
    CHECK(taken(budgets, "192.0.2.1", start, 100) == 20);
    CHECK(taken(budgets, "192.0.2.2", start, 100) == 20);
}

TEST_CASE("an allowance comes back over a minute, and never grows beyond itself", "[tab][budgets]")
{
    Budgets budgets{20};
    taken(budgets, "a", start, 20);
    CHECK(taken(budgets, "a", start + 3s - 1ms, 1) == 0);
    CHECK(taken(budgets, "a", start + 6s, 10) == 2);
    CHECK(taken(budgets, "a", start + 1h, 100) == 20);
}

TEST_CASE("the number of keys is bounded, and an idle one gives way first", "[tab][budgets]")
{
    Budgets budgets{2};
    taken(budgets, "busy", start + 1s, 2);
    for (std::size_t i = 0; i < Budgets::keys_max; ++i) budgets.take("x" + std::to_string(i), start);
    CHECK(taken(budgets, "busy", start + 1s, 2) == 0);
}
