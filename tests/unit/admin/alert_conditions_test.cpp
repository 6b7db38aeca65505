#include "daemon/admin/conditions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace mizo;
using namespace mizo::admin;
using namespace std::chrono_literals;

namespace {

const auto now = base::from_ms(1'795'514'400'000);
constexpr std::int64_t gib = 1024LL * 1024 * 1024;

// A service that has been well for a while.
Facts well()
{
    Facts facts;
    facts.now = now;
    facts.counters.last_request = facts.counters.last_accepted = now - 1min;
    facts.last.accepted = facts.last.stored = facts.last.acked = now - 1min;
    facts.silence = {now - 1min, 0.1, true, true};
    facts.link.state = relay::LinkState::live;
    facts.disk_free = facts.disk_total = 100 * gib;
    facts.api.state = halo_api::State::ok;
    return facts;
}

Facts with_certificate(std::chrono::milliseconds left)
{
    Facts facts = well();
    CertificateFacts certificate;
    certificate.state = "active";
    certificate.not_after = now + left;
    facts.certificates.push_back(certificate);
    return facts;
}

Facts link_down()
{
    Facts facts = well();
    facts.link.state = relay::LinkState::waiting;
    facts.link.disconnects.push_back({now - 1min, 1006, "why"});
    return facts;
}

// What is raised; what only stays on where it is on has a question mark.
std::string codes(const Facts& facts)
{
    std::string all;
    for (const Condition& each : judge_alerts(facts).alerts)
        all += each.what.code + (each.raised ? " " : "? ");
    return all;
}

bool unknown(const Facts& facts, const std::string& key)
{
    const auto names = judge_alerts(facts).unknown;
    return std::find(names.begin(), names.end(), key) != names.end();
}

Condition the_one(const Facts& facts)
{
    const auto alerts = judge_alerts(facts).alerts;
    REQUIRE(alerts.size() == 1);
    return alerts.front();
}

} // namespace

TEST_CASE("a service that is well raises nothing, and everything is known", "[admin][alerts]")
{
    CHECK(codes(well()).empty());
    CHECK(judge_alerts(well()).unknown.empty());
}

TEST_CASE("the queue is an alert at its threshold, and stays one down to four fifths", "[admin][alerts]")
{
    Facts facts = well();
    facts.queue_limit = 1'000;
    const std::pair<std::int64_t, const char*> expected[] = {
        {800, ""}, {801, "queue_over? "}, {999, "queue_over? "}, {1'000, "queue_over "}};
    for (const auto& [queued, code] : expected) {
        facts.queue.queued = queued;
        INFO(queued);
        CHECK(codes(facts) == code);
    }
    facts.queue_limit = 1;
    facts.queue.queued = 0;
    CHECK(codes(facts).empty());
    facts.queue.queued = 1;
    CHECK(codes(facts) == "queue_over ");
}

TEST_CASE("an event that waits for a quarter of an hour on a live link is an alert", "[admin][alerts]")
{
    Facts facts = well();
    const auto waits = [&](std::chrono::milliseconds age) {
        facts.queue.queued = 1;
        facts.queue.oldest = now - age;
        return codes(facts);
    };
    CHECK(waits(5min - 1ms).empty());
    CHECK(waits(5min) == "queue_over? ");
    CHECK(waits(15min - 1ms) == "queue_over? ");
    CHECK(waits(15min) == "queue_over ");
    facts.link.state = relay::LinkState::waiting; // then the link's own alert tells it
    CHECK(waits(15min) == "queue_over? ");
}

TEST_CASE("three refused in a row are an alert, two are not", "[admin][alerts]")
{
    Facts facts = well();
    facts.counters.rejected_in_a_row = 2;
    CHECK(codes(facts) == "rejected_in_a_row? ");
    facts.counters.rejected_in_a_row = 3;
    CHECK(codes(facts) == "rejected_in_a_row ");
}

TEST_CASE(
    "good and bad deliveries in turn are one alert: it ends after a quarter of an hour without a bad one",
    "[admin][alerts]")
{
    Facts facts = well();
    facts.counters.last_rejected = now - 15min + 1ms;
    CHECK(unknown(facts, "rejected_in_a_row"));
    facts.counters.last_rejected = now - 15min;
    CHECK_FALSE(unknown(facts, "rejected_in_a_row"));
    // A start knows the last ones from the store.
    facts.counters = {};
    facts.last.rejected = now - 3h;
    facts.last.accepted = now - 4h;
    CHECK(unknown(facts, "rejected_in_a_row"));
    facts.last.accepted = now - 2h;
    CHECK_FALSE(unknown(facts, "rejected_in_a_row"));
}

TEST_CASE("a disk below one gibibyte is an alert, until a quarter more is free", "[admin][alerts]")
{
    Facts facts = well();
    const std::pair<std::int64_t, const char*> expected[] = {
        {gib + gib / 4, ""}, {gib + gib / 4 - 1, "disk_low? "}, {gib, "disk_low? "}, {gib - 1, "disk_low "}};
    for (const auto& [free, code] : expected) {
        facts.disk_free = free;
        INFO(free);
        CHECK(codes(facts) == code);
    }
    facts.disk_total = 0; // not known
    CHECK(codes(facts).empty());
}

TEST_CASE("each way in which the store fails is one severe alert", "[admin][alerts]")
{
    const std::pair<const char*, const char*> expected[] = {
        {"disk_full", "store_full"}, {"read_only", "store_read_only"}, {"io", "store_failed"}};
    for (const auto& [health, code] : expected) {
        Facts facts = well();
        facts.health.ok = false;
        facts.health.code = health;
        CHECK(the_one(facts).what.code == code);
        CHECK(the_one(facts).severe);
        CHECK(the_one(facts).key == "store");
    }
}

TEST_CASE("certificates are alarming in time, by degrees, as one alert", "[admin][alerts]")
{
    const auto at = [](std::chrono::milliseconds left, bool due) {
        Facts facts = with_certificate(left);
        facts.certificate_due = due;
        return facts;
    };
    CHECK(codes(at(24h * 30, false)).empty());
    CHECK(the_one(at(24h * 30, true)).what.code == "certificate_due");
    CHECK(the_one(at(24h * 30 - 1ms, true)).what.code == "certificate_expiring");
    CHECK(the_one(at(1ms, true)).what.code == "certificate_expiring");
    CHECK(the_one(at(0ms, true)).what.code == "certificate_expired");
    CHECK_FALSE(the_one(at(1ms, true)).severe);
    CHECK(the_one(at(0ms, true)).severe);
    CHECK(the_one(at(0ms, true)).key == the_one(at(24h * 30, true)).key);
    Facts waiting = well();
    waiting.certificate_waiting = true;
    CHECK(codes(waiting) == "certificate_pending ");
}

TEST_CASE("HaloPSA's API is an alert once it has failed for five minutes", "[admin][alerts]")
{
    Facts facts = well();
    facts.api.state = halo_api::State::failing;
    facts.api.last_error = base::Error{base::Errc::unreachable, "halo_unreachable", "It did not answer"};
    facts.api.since = now - 5min + 1ms;
    CHECK(codes(facts) == "halo_failing? ");
    facts.api.since = now - 5min;
    CHECK(codes(facts) == "halo_failing ");
    CHECK(the_one(facts).halo_itself);
    CHECK(the_one(facts).what.text == "HaloPSA's API has not worked for 5.0 min: It did not answer");
    facts.api.state = halo_api::State::unknown;
    CHECK(unknown(facts, "halo_failing"));
    facts.api.state = halo_api::State::unconfigured;
    CHECK(judge_alerts(facts).unknown.empty());
}

TEST_CASE("a check that turned wrong is an alert of its own, with its advice", "[admin][alerts]")
{
    Facts facts = well();
    facts.wrong_checks = {{"tab.exists", {"", "Custom tab", {}}, message("advice_wait")},
                          {"agent.exists", {"", "Agent", {}}, {}}};
    CHECK(codes(facts) == "check_wrong check_wrong ");
    const auto alerts = judge_alerts(facts).alerts;
    CHECK_FALSE(alerts.at(0).severe);
    CHECK(alerts.at(0).key == "check:tab.exists");
    CHECK(alerts.at(0).what.text == "A check that was right is wrong now: Custom tab");
    CHECK(alerts.at(0).advice->code == "advice_wait");
    CHECK(alerts.at(1).key == "check:agent.exists");
}

TEST_CASE("what is wrong with HaloPSA's webhook is one severe alert, and that it is disabled comes first",
          "[admin][alerts]")
{
    Facts facts = well();
    facts.wrong_checks = {{"webhook.url", {"", "Payload URL", {}}, {}},
                          {"event.new", {"", "New ticket", {}}, {}}};
    CHECK(the_one(facts).what.text == "The webhook in HaloPSA was changed: Payload URL, New ticket");
    CHECK(the_one(facts).severe);
    const std::string key = the_one(facts).key;
    for (const char* id : {"webhook.active", "webhook.auto_disabled"}) {
        facts.wrong_checks.push_back({id, {"", "Active", {}}, {}});
        CHECK(the_one(facts).what.code == "halo_webhook_disabled");
        CHECK(the_one(facts).key == key);
        facts.wrong_checks.pop_back();
    }
}

TEST_CASE("a silence is an alert, and after a start stays one until a call comes", "[admin][alerts]")
{
    Facts facts = well();
    facts.silence = {now - 75min, 5, true, true};
    CHECK(codes(facts) == "halopsa_silent ");
    facts.silence = {now - 1min, 0.1, true, false};
    CHECK(codes(facts).empty());
    CHECK(unknown(facts, "halopsa_silent"));
    facts.silence_factor = 0;
    CHECK_FALSE(unknown(facts, "halopsa_silent"));
}

TEST_CASE("a link that is down for long is an alert until it is live", "[admin][alerts]")
{
    Facts facts = link_down();
    CHECK(codes(facts).empty());
    CHECK(unknown(facts, "link_down_long"));
    facts.link_alerts.push_back({"link.down", "gone", now - 6min});
    CHECK(codes(facts) == "link_down_long ");
    CHECK(the_one(facts).severe);
    facts.link_alerts.clear();
    facts.link.state = relay::LinkState::live;
    CHECK_FALSE(unknown(facts, "link_down_long"));
    facts.link.state = relay::LinkState::unenrolled; // the admin has forgotten it
    CHECK_FALSE(unknown(facts, "link_down_long"));
}

TEST_CASE("an identity conflict is one alert, not two with the link that is down by it", "[admin][alerts]")
{
    Facts facts = link_down();
    facts.link_alerts.push_back({"link.down", "gone", now});
    facts.link_alerts.push_back({"link.identity_conflict", "two", now});
    CHECK(codes(facts) == "link_down_long? link_identity_conflict ");
}

TEST_CASE("every alert of the link has its words, and what is new is told by its own text", "[admin][alerts]")
{
    const std::pair<const char*, const char*> expected[] = {
        {"link.key_refused", "link_key_refused "},
        {"link.disabled", "link_disabled "},
        {"link.superseded", "link_superseded "},
        {"link.identity_conflict", "link_identity_conflict "},
        {"link.version_not_served", "link_version_refused "},
        {"link.stream_reset", "link_stream_reset "},
        {"link.window_too_small", "link_window_too_small "},
        {"link.of_tomorrow", "link_protocol_error "}};
    for (const auto& [alert, code] : expected) {
        Facts facts = well();
        facts.link_alerts.push_back({alert, "its text", now});
        CHECK(codes(facts) == code);
    }
}

TEST_CASE("before the first try of a start has ended, what was on of the link stays on", "[admin][alerts]")
{
    Facts facts = link_down();
    CHECK_FALSE(unknown(facts, "link_"));
    facts.link.disconnects.clear();
    CHECK(unknown(facts, "link_"));
}

TEST_CASE("a listener that could not open, a salvaged database and dead letters are alerts",
          "[admin][alerts]")
{
    Facts facts = well();
    facts.listening = false;
    facts.salvaged = now;
    facts.day.dead = 1;
    CHECK(codes(facts) == "store_salvaged receive_not_listening mizo_dead_letters ");
}
