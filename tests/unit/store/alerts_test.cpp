#include "daemon/store/alerts.hpp"
#include "daemon/store/metrics_history.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

AlertRow alert(const std::string& id)
{
    AlertRow row;
    row.id = id;
    row.key = "disk_low";
    row.what = {"disk_low", "Only 1.0 GiB are free", R"({"free":1073741824})"};
    row.advice = KeptMessage{"advice_free_disk", "Make room", "{}"};
    row.severe = true;
    row.since = noon;
    return row;
}

} // namespace

TEST_CASE("an alert is kept whole, and again with what became of it", "[store][alerts]")
{
    StoreRig rig;
    AlertRow row = alert("a");
    row.webhook = Told::waiting;
    row.ticket = Told::waiting;
    row.ticket_asked = true;
    put_alert(rig.db, row);
    CHECK(load_alerts_at_work(rig.db) == std::vector{row});
    row.ended = noon + 5min;
    row.webhook = Told::told;
    row.ticket_asked = false;
    row.ticket_id = 4711;
    row.advice.reset();
    put_alert(rig.db, row);
    CHECK(load_alerts_at_work(rig.db) == std::vector{row});
    CHECK(rig.db.scalar("SELECT count(*) FROM alerts") == 1);
}

TEST_CASE("at work are alerts that are on, and those with something to be told still", "[store][alerts]")
{
    StoreRig rig;
    AlertRow over = alert("over");
    over.ended = noon;
    over.webhook = Told::told;
    over.ticket = Told::given_up;
    AlertRow to_tell = alert("to tell");
    to_tell.ended = noon;
    to_tell.webhook = Told::waiting;
    for (const AlertRow& row : {over, to_tell, alert("on")}) put_alert(rig.db, row);
    const auto at_work = load_alerts_at_work(rig.db);
    REQUIRE(at_work.size() == 2);
    CHECK(at_work.at(0).id == "to tell");
    CHECK(at_work.at(1).id == "on");
}

TEST_CASE("alerts are listed newest first, page by page", "[store][alerts]")
{
    StoreRig rig;
    for (int i = 1; i <= 5; ++i) put_alert(rig.db, alert(std::to_string(i)));
    PageRequest two;
    two.limit = 2;
    const auto first = list_alerts(rig.db, two);
    REQUIRE(first->items.size() == 2);
    CHECK(first->items.at(0).id == "5");
    two.cursor = first->next_cursor;
    CHECK(list_alerts(rig.db, two)->items.at(0).id == "3");
    two.limit = 3;
    CHECK_FALSE(list_alerts(rig.db, two)->next_cursor);
    two.cursor = "no cursor";
    CHECK_FALSE(list_alerts(rig.db, two).has_value());
}

TEST_CASE("a thousand alerts are kept, the newest", "[store][alerts]")
{
    StoreRig rig;
    for (int i = 1; i <= 1'000; ++i) put_alert(rig.db, alert(std::to_string(i)));
    CHECK(rig.db.scalar("SELECT count(*) FROM alerts") == 1'000);
    put_alert(rig.db, alert("1001"));
    CHECK(rig.db.scalar("SELECT count(*) FROM alerts") == 1'000);
    CHECK(rig.db.scalar("SELECT min(CAST(uuid AS INTEGER)) FROM alerts") == 2);
}

TEST_CASE("quarters of an hour count the minutes of running and the good webhooks", "[store][metrics]")
{
    StoreRig rig;
    const auto minute = [&](std::chrono::minutes at, std::int64_t accepted, std::int64_t rejected) {
        MetricsMinute row;
        row.minute = noon + at;
        row.accepted = accepted;
        row.repeated = 1;
        row.rejected = rejected;
        put_metrics_minute(rig.db, row);
    };
    minute(-1min, 9, 0);
    minute(0min, 2, 5);
    minute(14min, 3, 0);
    minute(45min, 0, 0);
    const auto quarters = load_quarters(rig.db, noon);
    REQUIRE(quarters.size() == 2);
    CHECK(quarters.at(0).start == noon);
    CHECK(quarters.at(0).minutes == 2);
    CHECK(quarters.at(0).calls == 7);
    CHECK(quarters.at(1).start == noon + 45min);
}
