#include "daemon/admin/condition_tracker.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace std::chrono_literals;

namespace {

const auto now = base::from_ms(1'795'514'400'000);

// A service that has been well for a while.
Facts well()
{
    Facts facts;
    facts.now = now;
    facts.counters.last_request = facts.counters.last_accepted = now - 1min;
    facts.last.accepted = facts.last.stored = facts.last.acked = now - 1min;
    facts.day.received = facts.day.stored = facts.day.acked = 100;
    CertificateFacts certificate;
    certificate.thumbprint = "AB";
    certificate.state = "active";
    certificate.not_after = now + std::chrono::hours{24 * 200};
    certificate.accepted = true;
    facts.certificates.push_back(certificate);
    facts.link.state = relay::LinkState::live;
    facts.link.since = now - 1h;
    facts.link.last_ack = now - 1min;
    facts.disk_free = facts.disk_total = 100LL << 30;
    facts.max_bytes = 10LL << 30;
    return facts;
}

Facts down(int close_code)
{
    Facts facts = well();
    facts.link.state = relay::LinkState::waiting;
    facts.link.disconnects.push_back({now - 1min, close_code, "why"});
    return facts;
}

const Stage& stage(const std::array<Stage, 6>& strip, std::string_view name)
{
    for (const Stage& each : strip)
        if (each.stage == name) return each;
    throw std::logic_error{"no such stage"};
}

std::string code_of(const Facts& facts, std::string_view name)
{
    return stage(judge_strip(facts), name).what.code;
}

// What is raised; what only stays on has a question mark.
std::string codes(const Judgement& judgement)
{
    std::string all;
    for (const Condition& each : judgement.alerts) all += each.what.code + (each.raised ? " " : "? ");
    return all;
}

} // namespace

TEST_CASE("a service that is well is green from HaloPSA to Mizo, and nothing is alarming", "[admin][strip]")
{
    const auto strip = judge_strip(well());
    const char* names[] = {"halopsa", "receive", "verify", "store", "link", "mizo"};
    for (std::size_t i = 0; i < strip.size(); ++i) {
        INFO(names[i]);
        CHECK(strip[i].stage == names[i]);
        CHECK(strip[i].ok == true);
        CHECK(strip[i].what.code == "stage_ok");
        CHECK(strip[i].last_success.has_value());
    }
    CHECK(judge_alerts(well()).alerts.empty());
}

TEST_CASE("a new service says what comes first, and is not red for what it cannot know", "[admin][strip]")
{
    Facts facts;
    facts.now = now;
    const auto strip = judge_strip(facts);
    CHECK_FALSE(stage(strip, "halopsa").ok.has_value());
    CHECK(stage(strip, "halopsa").advice->code == "advice_make_certificate");
    CHECK(stage(strip, "verify").what.code == "verify_no_certificate");
    CHECK_FALSE(stage(strip, "store").ok.has_value());
    CHECK(stage(strip, "link").what.code == "link_not_enrolled");
    CHECK_FALSE(stage(strip, "mizo").ok.has_value());
}

TEST_CASE("a listener that could not open is red and an alert", "[admin][strip]")
{
    Facts facts = well();
    facts.listening = false;
    facts.listen_address = "0.0.0.0:8471";
    facts.listen_problem = "in use";
    CHECK(stage(judge_strip(facts), "receive").what.text ==
          "The webhook listener could not open 0.0.0.0:8471: in use");
    CHECK(codes(judge_alerts(facts)) == "receive_not_listening ");
}

TEST_CASE("each way in which the store fails has its own words", "[admin][strip]")
{
    const std::pair<const char*, const char*> expected[] = {
        {"disk_full", "store_full"}, {"read_only", "store_read_only"}, {"io", "store_failed"}};
    for (const auto& [health, code] : expected) {
        Facts facts = well();
        facts.health.ok = false;
        facts.health.code = health;
        CHECK(code_of(facts, "store") == code);
        CHECK(codes(judge_alerts(facts)) == std::string{code} + " ");
    }
    Facts full = well();
    full.queue.bytes = full.max_bytes - 1;
    CHECK(code_of(full, "store") == "stage_ok");
    full.queue.bytes = full.max_bytes;
    CHECK(code_of(full, "store") == "store_limit");
}

TEST_CASE("three refused in a row are failing, two are not", "[admin][strip]")
{
    Facts facts = well();
    facts.counters.rejected_in_a_row = 2;
    CHECK(code_of(facts, "verify") == "stage_ok");
    facts.counters.rejected_in_a_row = 3;
    CHECK(code_of(facts, "verify") == "verify_failing");
}

TEST_CASE("refused ones before any good one mean that the way of signing is not known", "[admin][strip]")
{
    Facts facts = well();
    facts.counters.last_accepted.reset();
    facts.last.accepted.reset();
    facts.counters.rejected_in_a_row = 1;
    CHECK(code_of(facts, "verify") == "verify_not_learned");
    CHECK(stage(judge_strip(facts), "verify").advice->code == "advice_learn");
}

TEST_CASE("HaloPSA is silent when the usual gap has passed as often as set, not before", "[admin][strip]")
{
    Facts facts = well();
    facts.silence = {now - 75min, 4.99, true, true};
    facts.silence_factor = 5;
    CHECK(code_of(facts, "halopsa") == "stage_ok");
    facts.silence.missed = 5;
    CHECK(code_of(facts, "halopsa") == "halopsa_silent");
    CHECK(stage(judge_strip(facts), "halopsa").what.args.at("usual_ms") == 15 * 60'000);
    facts.silence_factor = 0;
    CHECK(code_of(facts, "halopsa") == "stage_ok");
}

TEST_CASE("before a week is known, three days without a call are a silence", "[admin][strip]")
{
    Facts facts = well();
    facts.silence = {now - 72h + 1min, 1'000, false, true};
    CHECK(code_of(facts, "halopsa") == "stage_ok");
    facts.silence.since = now - 72h;
    CHECK(code_of(facts, "halopsa") == "halopsa_silent_long");
    facts.silence.since.reset();
    CHECK(code_of(facts, "halopsa") == "stage_ok");
}

TEST_CASE("each close code has its meaning and its advice", "[admin][strip]")
{
    const std::tuple<int, const char*, const char*> expected[] = {
        {4401, "link_key_refused", "advice_enroll_again"},
        {4403, "link_disabled", "advice_contact_mizo"},
        {4409, "link_superseded", "advice_clone"},
        {4410, "link_identity_conflict", "advice_clone"},
        {4426, "link_version_refused", "advice_update"},
        {4503, "link_overloaded", "advice_wait"},
        {4002, "link_heartbeat_lost", "advice_wait"},
        {4009, "link_message_too_large", "advice_look_at_dead"},
        {4003, "link_protocol_error", "advice_wait"},
        {1006, "link_network", "advice_wait"},
        {1011, "link_closed", "advice_wait"},
        {0, "link_network", "advice_wait"}};
    for (const auto& [close_code, code, advice] : expected) {
        INFO(close_code);
        const auto strip = judge_strip(down(close_code));
        CHECK(stage(strip, "link").ok == false);
        CHECK(stage(strip, "link").what.code == code);
        CHECK(stage(strip, "link").advice->code == advice);
    }
}

TEST_CASE("connected without an ack for a minute is not delivering", "[admin][strip]")
{
    Facts facts = well();
    facts.queue.queued = 5;
    facts.queue.oldest = now - 60s;
    facts.link.last_ack = facts.last.acked = now - 2min;
    CHECK(code_of(facts, "mizo") == "stage_ok");
    facts.queue.oldest = now - 61s;
    CHECK(code_of(facts, "mizo") == "mizo_no_progress");
}

TEST_CASE("events that wait while the link is down are told, with the word that nothing is lost",
          "[admin][strip]")
{
    Facts facts = down(1006);
    facts.queue.queued = 7;
    CHECK(stage(judge_strip(facts), "mizo").what.code == "mizo_behind");
    CHECK(stage(judge_strip(facts), "mizo").what.args.at("queued") == 7);
    CHECK(stage(judge_strip(facts), "mizo").advice->code == "advice_wait");
}

TEST_CASE("a stage keeps its time until it changes", "[admin][strip]")
{
    ConditionTracker tracker;
    Facts facts = well();
    const auto take = [&](base::WallTime at) {
        facts.now = at;
        tracker.update(judge_strip(facts), judge_alerts(facts), at);
    };
    take(now);
    const auto since = tracker.strip_json().at(3).at("since");
    take(now + 1min);
    CHECK(tracker.strip_json().at(3).at("since") == since);
    facts.health.ok = false;
    facts.health.code = "disk_full";
    take(now + 2min);
    CHECK(tracker.strip_json().at(3).at("since") != since);
}
