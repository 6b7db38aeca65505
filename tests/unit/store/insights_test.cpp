#include "daemon/store/insights.hpp"
#include "daemon/store/retention.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace mizo::store;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

Insight insight_of(std::int64_t ticket, std::int64_t revision, mizo::base::WallTime received = noon)
{
    Insight insight;
    insight.ticket = ticket;
    insight.revision = revision;
    insight.title = "revision " + std::to_string(revision);
    insight.received = received;
    return insight;
}

std::int64_t kept(StoreRig& rig)
{
    return rig.db.scalar("SELECT count(*) FROM insights");
}

} // namespace

TEST_CASE("an insight comes back as it was put", "[store][insights]")
{
    StoreRig rig;
    Insight insight = insight_of(4242, 3);
    insight.sections = R"([{"heading":"h","markdown":"m"}])";
    insight.actions = R"([{"id":"a","label":"l"}])";
    insight.expires = noon + 1h;
    REQUIRE(put_insight(rig.db, insight));
    const auto loaded = load_insight(rig.db, 4242);
    REQUIRE(loaded);
    CHECK(loaded->revision == 3);
    CHECK(loaded->title == insight.title);
    CHECK(loaded->sections == insight.sections);
    CHECK(loaded->actions == insight.actions);
    CHECK(loaded->expires == noon + 1h);
    CHECK(loaded->received == noon);
    CHECK_FALSE(load_insight(rig.db, 4243));
}

TEST_CASE("a newer revision takes the place of an older one, and never the reverse", "[store][insights]")
{
    StoreRig rig;
    REQUIRE(put_insight(rig.db, insight_of(4242, 2)));
    CHECK_FALSE(put_insight(rig.db, insight_of(4242, 1)));
    CHECK_FALSE(put_insight(rig.db, insight_of(4242, 2)));
    CHECK(load_insight(rig.db, 4242)->revision == 2);
    CHECK(put_insight(rig.db, insight_of(4242, 3)));
    CHECK(load_insight(rig.db, 4242)->revision == 3);
    CHECK(kept(rig) == 1);
}

TEST_CASE("insights are bounded in number: those that came first leave first", "[store][insights]")
{
    StoreRig rig;
    const InsightBounds three{3, 1'000'000};
    for (int ticket = 1; ticket <= 3; ++ticket)
        put_insight(rig.db, insight_of(ticket, 1, noon + std::chrono::seconds{ticket}), three);
    CHECK(kept(rig) == 3);
    put_insight(rig.db, insight_of(4, 1, noon + 4s), three);
    CHECK(kept(rig) == 3);
    CHECK_FALSE(load_insight(rig.db, 1));
    CHECK(load_insight(rig.db, 4));
}

TEST_CASE("insights are bounded in bytes: those that came first leave first", "[store][insights]")
{
    StoreRig rig;
    Insight large = insight_of(1, 1);
    large.sections = "[" + std::string(98, ' ') + "]";
    const std::int64_t size = static_cast<std::int64_t>(large.title.size()) + 100 + 2;
    const InsightBounds two{100, 2 * size};
    put_insight(rig.db, large, two);
    large.ticket = 2;
    large.received = noon + 1s;
    put_insight(rig.db, large, two);
    CHECK(kept(rig) == 2);
    large.ticket = 3;
    large.received = noon + 2s;
    put_insight(rig.db, large, two);
    CHECK(kept(rig) == 2);
    CHECK_FALSE(load_insight(rig.db, 1));
}

TEST_CASE("an insight goes with the retention of its ticket's events", "[store][insights][retention]")
{
    StoreRig rig;
    put_insight(rig.db, insight_of(1, 1));
    RetentionRules rules;
    rules.retention_days = 90;
    apply_retention(rig.db, rules, noon + std::chrono::days{90});
    CHECK(kept(rig) == 1);
    apply_retention(rig.db, rules, noon + std::chrono::days{90} + 1ms);
    CHECK(kept(rig) == 0);
}
