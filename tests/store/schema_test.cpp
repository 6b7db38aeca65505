#include "daemon/store/delivery_search.hpp"
#include "daemon/store/event_search.hpp"
#include "tests/store/store_rig.hpp"
#include "tests/support/source_dir.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::from_ms;

namespace {

std::string schema_of(Database& db)
{
    std::string text;
    Statement load = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
    load.bind();
    while (load.step()) text += load.string(0) + ";\n";
    return text;
}

// A plan, one line a step. No query may sort rows of the log, or read all of one of its tables.
std::string plan_of(Database& db, const std::string& sql)
{
    std::string text;
    Statement explain = db.prepare("EXPLAIN QUERY PLAN " + sql);
    while (explain.step()) text += explain.string(3) + "\n";
    return text;
}

void check_walks_an_index(Database& db, const Search& search)
{
    const std::string plan = plan_of(db, sql_of(search));
    INFO(sql_of(search) << "\n" << plan);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
    for (const char* table : {"SCAN e\n", "SCAN d\n", "SCAN o\n", "SCAN b\n"})
        CHECK(plan.find(table) == std::string::npos);
}

} // namespace

TEST_CASE("the schema is the one in the golden file", "[store][schema]")
{
    // With MIZO_UPDATE_GOLDEN set, the file is written instead: its change is then seen in review.
    StoreRig rig;
    const std::filesystem::path golden = mizo::tests::source_dir() / "tests" / "store" / "schema.golden.sql";
    if (std::getenv("MIZO_UPDATE_GOLDEN") != nullptr) write_file(golden, schema_of(rig.db));
    CHECK(read_file(golden) == schema_of(rig.db));
}

TEST_CASE("every search of events walks an index, whatever it filters", "[store][schema]")
{
    StoreRig rig;
    rig.store(1, 20);
    rig.ack(10);
    EventFilter filter;
    check_walks_an_index(rig.db, search_for(rig.db, filter));
    for (const EventState state :
         {EventState::queued, EventState::acked, EventState::dead, EventState::unscoped}) {
        filter.states = {state};
        check_walks_an_index(rig.db, search_for(rig.db, filter));
    }
    filter = {};
    filter.kinds = {EventKind::created};
    filter.origins = {Origin::poll};
    filter.after = from_ms(1);
    filter.before = noon + std::chrono::days{1};
    filter.q = "printer 7";
    check_walks_an_index(rig.db, search_for(rig.db, filter));
    filter.ticket = 4001;
    check_walks_an_index(rig.db, search_for(rig.db, filter));
}

TEST_CASE("every search of deliveries walks an index, whatever it filters", "[store][schema]")
{
    StoreRig rig;
    rig.store(1, 20);
    rig.ack(10);
    DeliveryFilter filter;
    check_walks_an_index(rig.db, search_for(rig.db, filter));
    for (const Outcome outcome : {Outcome::accepted, Outcome::repeated, Outcome::rejected}) {
        filter.outcomes = {outcome};
        check_walks_an_index(rig.db, search_for(rig.db, filter));
    }
    filter = {};
    for (const EventState state :
         {EventState::queued, EventState::acked, EventState::dead, EventState::unscoped}) {
        filter.states = {state};
        check_walks_an_index(rig.db, search_for(rig.db, filter));
    }
    filter = {};
    filter.kinds = {EventKind::created};
    filter.after = from_ms(1);
    filter.q = "printer 7";
    check_walks_an_index(rig.db, search_for(rig.db, filter));
    filter.ticket = 4001;
    check_walks_an_index(rig.db, search_for(rig.db, filter));
}
