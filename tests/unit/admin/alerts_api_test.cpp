#include "tests/unit/admin/admin_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

void set(Rig& rig, json::object patch)
{
    const auto change = rig.settings.current()->with(patch);
    REQUIRE(change.problems.empty());
    rig.settings.replace(change.settings);
}

std::string code_at(const Told& told, std::size_t place)
{
    return std::string{told.json().at("items").at(place).at("code").as_string()};
}

} // namespace

TEST_CASE("an alert is in the status, in the history and at the receiver, and its end in the last two",
          "[admin][alerts]")
{
    Rig rig;
    set(rig, {{"alerts.webhook_url", "https://hooks.example/key"}, {"alerts.webhook_format", "json"}});
    rig.service.webhook_listening = false;
    const Told status = rig.get("/api/v1/status");
    REQUIRE(status.json().at("alerts").as_array().size() == 1);
    const json::value id = status.json().at("alerts").at(0).at("id");
    // The teller posts it before it keeps that.
    while (rig.get("/api/v1/alerts").json().at("items").as_array().empty()) {}
    const Told on = rig.get("/api/v1/alerts");
    CHECK(answer_faults(on.json(), "GET /alerts") == "");
    CHECK(code_at(on, 0) == "receive_not_listening");
    CHECK(on.json().at("items").at(0).at("id") == id);
    CHECK(on.json().at("items").at(0).at("ended_at").is_null());

    rig.service.webhook_listening = true;
    rig.get("/api/v1/status");
    rig.clock.advance(30s);
    CHECK(rig.get("/api/v1/status").json().at("alerts").as_array().empty());
    while (rig.receiver->posts.size() < 2) rig.get("/api/v1/status");
    const json::value recovery = json::parse(rig.receiver->posts.back().body);
    CHECK(recovery.at("event") == "recovery");
    CHECK(recovery.at("id") == id);
}

TEST_CASE("the queue's threshold is the setting's", "[admin][alerts]")
{
    Rig rig;
    set(rig, {{"alerts.queue", 2}});
    rig.record(R"({"id":1})", 1, "1");
    CHECK(rig.get("/api/v1/status").json().at("alerts").as_array().empty());
    rig.record(R"({"id":2})", 2, "2");
    CHECK(rig.get("/api/v1/status").json().at("alerts").at(0).at("code") == "queue_over");
}

TEST_CASE("a test of the alerts says whether the receiver took it, and why not", "[admin][alerts]")
{
    Rig rig;
    Told told = rig.post("/api/v1/alerts/test");
    CHECK(answer_faults(told.json(), "POST /alerts/test") == "");
    CHECK(told.json().at("sent") == false);
    CHECK(told.json().at("error").at("code") == "alert_no_url");
    set(rig, {{"alerts.webhook_url", "https://hooks.example/key"}});
    CHECK(rig.post("/api/v1/alerts/test").json() == json::value{{"sent", true}, {"error", nullptr}});
    alerts::Answered gone;
    gone.status = 410;
    rig.receiver->answers = {gone};
    CHECK(rig.post("/api/v1/alerts/test").json().at("error").at("text") == "The receiver answered 410");
    CHECK(rig.get("/api/v1/audit").body.find("alerts_tested") != std::string::npos);
}

TEST_CASE("the history takes a cursor, and no other one", "[admin][alerts]")
{
    Rig rig;
    CHECK(rig.get("/api/v1/alerts?cursor=none").code() == "cursor_invalid");
}

TEST_CASE("the metrics count what is on and what was told", "[admin][alerts]")
{
    Rig rig;
    rig.service.webhook_listening = false;
    rig.get("/api/v1/status");
    const std::string metrics = rig.get("/metrics").body;
    CHECK(metrics.find("mizo_relay_alerts{severity=\"error\"} 1\n") != std::string::npos);
    CHECK(metrics.find("mizo_relay_alerts{severity=\"warning\"} 0\n") != std::string::npos);
    CHECK(metrics.find("mizo_relay_alert_posts_total{outcome=\"taken\"} 0\n") != std::string::npos);
}

TEST_CASE("a test ticket is begun, one at a time, and shown as far as it has come", "[admin][test_ticket]")
{
    Rig rig;
    const Told idle = rig.get("/api/v1/test-ticket");
    CHECK(answer_faults(idle.json(), "GET /test-ticket") == "");
    CHECK(idle.json().at("state") == "idle");
    rig.halo_says = [](const halo_api::Call&) { return tests::halo_answer(201, R"({"id":4711})"); };
    const Told begun = rig.post("/api/v1/test-ticket", R"({"ticket_type":25,"clean_up":false})");
    CHECK(begun.status == 202);
    CHECK(answer_faults(begun.json(), "POST /test-ticket", 202) == "");
    CHECK(rig.post("/api/v1/test-ticket").code() == "test_ticket_running");
    while (rig.get("/api/v1/test-ticket").json().at("ticket").is_null()) {}
    const json::value shown = rig.get("/api/v1/test-ticket").json();
    CHECK(shown.at("ticket") == 4711);
    CHECK(shown.at("clean_up") == false);
    CHECK(shown.at("stages").at(0).at("ok") == true);
    CHECK(shown.at("stages").at(0).at("text") == "HaloPSA made ticket 4711");
    CHECK(shown.at("stages").at(1).at("ok").is_null());
    CHECK(rig.get("/api/v1/audit").body.find("test_ticket_started") != std::string::npos);
}

TEST_CASE("a test ticket takes no type that is none", "[admin][test_ticket]")
{
    Rig rig;
    for (const char* body :
         {R"({"ticket_type":0})", R"({"ticket_type":"25"})", R"({"clean_up":"yes"})", R"({"type":25})"}) {
        INFO(body);
        CHECK(rig.post("/api/v1/test-ticket", body).code() == "invalid_json");
    }
    CHECK(rig.get("/api/v1/test-ticket").json().at("state") == "idle");
    rig.halo_says = [](const halo_api::Call&) { return tests::halo_answer(403, ""); };
    CHECK(rig.post("/api/v1/test-ticket", R"({"ticket_type":null})").status == 202);
}
