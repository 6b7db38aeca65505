#include "daemon/admin/condition_tracker.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace std::chrono_literals;

namespace {

const auto noon = base::from_ms(1'795'514'400'000);

// Judges as the test says, and tells what changed as words.
struct Rig {
    base::SystemClock clock;
    base::Log log{clock};
    base::Logger logger{log, "admin"};
    base::SystemRandom random;
    ConditionTracker tracker;
    base::WallTime now = noon;
    Judgement judgement;

    Rig()
    {
        log.set_level(base::Level::debug);
        tracker.set_random(random);
    }
    void is(const std::string& code, bool raised = true)
    {
        Condition condition;
        condition.what = {code, code + " it is", {{"count", 3}}};
        condition.advice = Message{"advice_wait", "wait", {}};
        condition.key = code.substr(0, code.find('/'));
        condition.raised = raised;
        condition.severe = true;
        judgement.alerts.push_back(std::move(condition));
    }
    void unknown(const std::string& key) { judgement.unknown.push_back(key); }

    std::string after(std::chrono::milliseconds time)
    {
        now += time;
        tracker.update(judge_strip({}), std::exchange(judgement, {}), now);
        std::string told;
        changes = tracker.report(logger);
        for (const auto& each : changes.ended) told += each.replaced ? "replaced " : "over ";
        for (const auto& each : changes.raised) told += each.row.what.code + " ";
        return told;
    }
    std::size_t on() const { return tracker.alerts_json().size(); }

    ConditionTracker::Changes changes;
};

} // namespace

TEST_CASE("an alert is raised once and is over once, with the time when it ended", "[admin][tracker]")
{
    Rig rig;
    rig.is("a");
    CHECK(rig.after(0s) == "a ");
    const store::AlertRow row = rig.changes.raised.front().row;
    CHECK(row.since == noon);
    CHECK(row.severe);
    CHECK(row.what == store::KeptMessage{"a", "a it is", R"({"count":3})"});
    CHECK(row.advice == store::KeptMessage{"advice_wait", "wait", "{}"});
    rig.is("a");
    CHECK(rig.after(1min).empty());
    CHECK(rig.on() == 1);
    CHECK(rig.after(1min).empty());
    CHECK(rig.on() == 0);
    CHECK(rig.after(30s - 1ms).empty());
    CHECK(rig.after(1ms) == "over ");
    CHECK(rig.changes.ended.front().id == row.id);
    CHECK(rig.changes.ended.front().at == noon + 2min);
    CHECK(rig.after(1h).empty());
}

TEST_CASE("what comes back within half a minute is the same alert, and nobody is told twice",
          "[admin][tracker]")
{
    Rig rig;
    rig.is("a");
    CHECK(rig.after(0s) == "a ");
    for (int i = 0; i < 5; ++i) {
        CHECK(rig.after(1s).empty());
        rig.is("a");
        CHECK(rig.after(29s).empty());
        CHECK(rig.on() == 1);
    }
    CHECK(rig.tracker.alerts_json().at(0).at("since") == to_json(noon));
}

TEST_CASE("between its thresholds an alert stays as it is, on or off", "[admin][tracker]")
{
    Rig rig;
    rig.is("a", false);
    CHECK(rig.after(0s).empty());
    rig.is("a");
    CHECK(rig.after(1s) == "a ");
    for (int i = 0; i < 3; ++i) {
        rig.is("a", false);
        CHECK(rig.after(1h).empty());
        CHECK(rig.on() == 1);
    }
}

TEST_CASE("of what is not known an alert stays on, by its key or its family", "[admin][tracker]")
{
    Rig rig;
    rig.is("check:tab");
    rig.is("other");
    rig.after(0s);
    rig.unknown("check:");
    rig.unknown("another");
    CHECK(rig.after(1s).empty());
    CHECK(rig.on() == 1);
    rig.unknown("check:");
    CHECK(rig.after(1h) == "over ");
    rig.unknown("check:tab");
    CHECK(rig.after(1h).empty());
    CHECK(rig.on() == 1);
}

TEST_CASE("another code under the same key takes the place of the first", "[admin][tracker]")
{
    Rig rig;
    rig.is("certificate/due");
    CHECK(rig.after(0s) == "certificate/due ");
    rig.is("certificate/expired");
    CHECK(rig.after(1s) == "replaced certificate/expired ");
    CHECK(rig.on() == 1);
    CHECK(rig.tracker.alerts_json().at(0).at("since") == to_json(noon + 1s));
}

TEST_CASE("what was on before a restart and still is, is not raised again; what is not, is over",
          "[admin][tracker]")
{
    Rig before;
    before.is("a");
    before.is("b");
    before.after(0s);
    std::vector<store::AlertRow> on;
    for (const auto& each : before.changes.raised) on.push_back(each.row);

    Rig rig;
    rig.tracker.resume(on);
    rig.is("a");
    CHECK(rig.after(1h).empty());
    CHECK(rig.on() == 1);
    CHECK(rig.tracker.alerts_json().at(0).at("id") == json::value(on.front().id));
    CHECK(rig.tracker.alerts_json().at(0).at("since") == to_json(noon));
    rig.is("a");
    CHECK(rig.after(30s) == "over ");
    CHECK(rig.changes.ended.front().id == on.back().id);
}

TEST_CASE("a clock that was set back keeps no alert for ever", "[admin][tracker]")
{
    Rig rig;
    rig.is("a");
    rig.after(0s);
    rig.after(1s);
    CHECK(rig.after(-24h) == "over ");
}

TEST_CASE("an alert is logged when it comes and when it goes, once each", "[admin][tracker]")
{
    Rig rig;
    for (int i = 0; i < 3; ++i) {
        rig.is("a");
        rig.after(1s);
    }
    rig.after(1s);
    rig.after(30s);
    const auto lines = rig.log.recent(10);
    REQUIRE(lines.size() == 2);
    CHECK(lines.at(0).level == base::Level::warning);
    CHECK(lines.at(0).text == "alert: a it is code=a");
    CHECK(lines.at(1).text == "alert over: a it is code=a");
}
