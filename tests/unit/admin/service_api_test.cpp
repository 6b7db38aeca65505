#include "admin_rig.hpp"
#include "daemon/admin/settings_store.hpp"
#include "daemon/store/settings.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
namespace json = boost::json;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

const std::string cloud = "https://link.example.net";

std::string make_certificate(Rig& rig)
{
    return std::string{rig.post("/api/v1/certificates", "{}").json().at("id").as_string()};
}

std::string newest_deed(Rig& rig)
{
    return std::string{rig.get("/api/v1/audit").json().at("items").at(0).at("action").as_string()};
}

net::DialStep step(net::DialStage stage, bool ok, const char* code)
{
    net::DialStep made;
    made.stage = stage;
    made.ok = ok;
    made.message.code = code;
    made.message.args.emplace_back("host", "link.example.net");
    return made;
}

} // namespace

TEST_CASE("the status and the small documents are as the contract says", "[admin][api]")
{
    Rig rig;
    rig.record("{}");
    make_certificate(rig);
    for (const char* path : {"/status", "/settings", "/certificates", "/webhook", "/link", "/learn", "/audit",
                             "/log", "/log/levels", "/metrics-history", "/session"}) {
        const auto told = rig.get(std::string{"/api/v1"} + path).json();
        CHECK(answer_faults(told, std::string{"GET "} + path) == "");
    }
    CHECK(rig.send({"GET", "/api/v1/openapi.json"}).json().at("openapi") == "3.1.0");
}

TEST_CASE("every answer bears the headers of the gate, refusals too", "[admin][api]")
{
    Rig rig;
    for (const Told& told :
         {rig.get("/api/v1/status"), rig.send({"GET", "/"}), rig.send({"GET", "/nothing.js"}),
          rig.send({"GET", "/api/v1/nothing"}), rig.send({"OPTIONS", "/api/v1/status"}),
          rig.send({"GET", "/", "", {{"Host", "evil"}}}), rig.send({"GET", "/healthz"})}) {
        INFO(told.status);
        CHECK(told.header("X-Frame-Options") == "DENY");
        CHECK(told.header("Cache-Control") == "no-store");
        CHECK(told.headers.find("Access-Control-Allow-Origin") == nullptr);
    }
    CHECK(rig.send({"GET", "/", "", {{"Host", "evil"}}}).status == 421);
    CHECK(rig.send({"GET", "/app-0123456789ab.js"}).header("Cache-Control").ends_with("immutable"));
}

TEST_CASE("a flood of refused requests leaves one line in the log every ten seconds", "[admin][api]")
{
    Rig rig;
    const auto refused = [&] {
        for (int i = 0; i < 5; ++i) rig.send({"GET", "/", "", {{"Host", "evil"}}});
        return rig.get("/api/v1/log?q=request%20refused").json().at("items").as_array().size();
    };
    CHECK(refused() == 1);
    rig.clock.advance(10s);
    CHECK(refused() == 2);
}

TEST_CASE("another method is answered with those that there are", "[admin][api]")
{
    Rig rig;
    CHECK(rig.by_key({"PUT", "/api/v1/settings"}).header("Allow") == "GET, PATCH");
    CHECK(rig.by_key({"OPTIONS", "/api/v1/status"}).status == 405);
    CHECK(rig.by_key({"POST", "/"}).header("Allow") == "GET, HEAD");
    CHECK(rig.by_key({"HEAD", "/api/v1/status"}).status == 200);
    CHECK(rig.get("/api/v1/nothing").code() == "not_found");
}

TEST_CASE("settings change all or nothing, live, and come back from disk", "[admin][api]")
{
    Rig rig;
    const Told bad =
        rig.by_key({"PATCH", "/api/v1/settings", R"({"ui.language":"fr","store.body_days":0,"no.such":1})"});
    CHECK(bad.code() == "settings_invalid");
    CHECK(bad.json().at("errors").as_array().size() == 2);
    CHECK(rig.settings.current()->text(config::Key::ui_language) == "auto");

    const Told good = rig.by_key({"PATCH", "/api/v1/settings",
                                  R"({"ui.language":"fr","halo.client_secret":"a-very-long-secret-9876"})"});
    REQUIRE(good.status == 200);
    CHECK(answer_faults(good.json(), "PATCH /settings") == "");
    CHECK(good.json().at("halo.client_secret").at("value").at("last4") == "9876");
    CHECK(good.body.find("a-very-long-secret") == std::string::npos);
    CHECK(rig.settings.current()->text(config::Key::ui_language) == "fr");
    CHECK(newest_deed(rig) == "settings_changed");
    CHECK(rig.get("/api/v1/audit").body.find("a-very-long-secret") == std::string::npos);

    const auto loaded =
        rig.write([&](store::Database& db) { return admin::load_setting_entries(db, rig.sealing_key); });
    config::Sources sources;
    sources.database = loaded.entries;
    const auto again = config::Settings::load(sources).settings;
    CHECK(again.text(config::Key::ui_language) == "fr");
    CHECK(again.secret(config::Key::halo_client_secret) == "a-very-long-secret-9876");
    const auto foreign = certs::SealingKey::generate();
    CHECK(rig.write([&](store::Database& db) { return admin::load_setting_entries(db, foreign).lost; }) ==
          std::vector<std::string>{"halo.client_secret"});

    CHECK(rig.by_key({"PATCH", "/api/v1/settings", R"({"halo.client_secret":null})"}).status == 200);
    CHECK(rig.write([&](store::Database& db) { return !store::load_secret(db, "halo.client_secret"); }));
}

TEST_CASE("pinned settings are refused by name, and where the relay points needs the password",
          "[admin][api]")
{
    Rig rig;
    CHECK(rig.by_key({"PATCH", "/api/v1/settings", R"({"admin.listen":"127.0.0.1:1"})"}).code() ==
          "settings_locked");
    const auto browser = rig.open_browser();
    rig.clock.advance(10min);
    const Ask ask{"PATCH", "/api/v1/settings", R"({"halo.url":"https://halo.example.net"})",
                  browser.headers()};
    CHECK(rig.send(ask).code() == "reauth_required");
    for (const char* body : {"", "[]", "{}", "{", "nonsense"})
        CHECK(rig.by_key({"PATCH", "/api/v1/settings", body}).code() == "invalid_json");
}

TEST_CASE("a certificate is made, handed out on the record, and ended", "[admin][api]")
{
    Rig rig;
    const Told made = rig.post("/api/v1/certificates", R"({"profile":"modern","valid_days":30})");
    REQUIRE(made.status == 201);
    CHECK(answer_faults(made.json(), "POST /certificates", 201) == "");
    const std::string path = "/api/v1/certificates/" + std::string{made.json().at("id").as_string()};
    const Told pfx = rig.get(path + "/pfx");
    CHECK(pfx.header("Content-Disposition") == "attachment; filename=\"mizo-webhook.pfx\"");
    CHECK(pfx.header("Content-Type") == "application/x-pkcs12");
    CHECK(pfx.body.size() > 1'000);
    CHECK(newest_deed(rig) == "pfx_downloaded");
    CHECK(rig.get(path + "/password").json().at("password").as_string().size() == 28);
    CHECK(newest_deed(rig) == "password_shown");

    CHECK(rig.post(path + "/retire", "{}").code() == "certificate_state");
    CHECK(rig.post(path + "/revoke", "{}").code() == "last_certificate");
    const auto revoked = rig.post(path + "/revoke", R"({"confirm":true})").json();
    CHECK(revoked.at("state") == "revoked");
    CHECK(rig.post(path + "/revoke", R"({"confirm":true})").code() == "certificate_state");
    CHECK(rig.get(path + "/pfx").code() == "key_destroyed");
    CHECK(rig.get("/api/v1/certificates/none").code() == "not_found");
}

TEST_CASE("an odd certificate is not made", "[admin][api]")
{
    Rig rig;
    for (const char* body : {R"({"key_bits":1024})", R"({"key_bits":"2048"})", R"({"valid_days":0})",
                             R"({"valid_days":3651})", R"({"profile":"old"})"})
        CHECK(rig.post("/api/v1/certificates", body).code() == "certificate_invalid");
    CHECK(rig.post("/api/v1/certificates", R"({"bits":2048})").code() == "invalid_json");
    CHECK(rig.post("/api/v1/certificates", "[").code() == "invalid_json");
}

TEST_CASE("certificates are paged, and a foreign cursor is refused", "[admin][api]")
{
    Rig rig;
    make_certificate(rig);
    rig.clock.advance(1s);
    const std::string newer = make_certificate(rig);
    const auto first = rig.get("/api/v1/certificates?limit=1").json();
    CHECK(first.at("items").at(0).at("id") == json::value(newer));
    const std::string cursor{first.at("next_cursor").as_string()};
    CHECK(rig.get("/api/v1/certificates?limit=1&cursor=" + cursor).json().at("next_cursor").is_null());
    for (const char* bad : {"x", "99", "-1"})
        CHECK(rig.get(std::string{"/api/v1/certificates?cursor="} + bad).code() == "cursor_invalid");
}

TEST_CASE("the link is enrolled once, with the address kept, and forgotten", "[admin][api]")
{
    Rig rig;
    CHECK(rig.post("/api/v1/link/retry").code() == "link_not_enrolled");
    CHECK(rig.by_key({"DELETE", "/api/v1/link"}).code() == "link_not_enrolled");
    CHECK(rig.post("/api/v1/link/enroll", R"({"url":"x"})").code() == "invalid_json");
    const std::string body = "{\"url\":\"" + cloud + "\",\"code\":\"one-time-code\"}";
    const Told told = rig.post("/api/v1/link/enroll", body);
    REQUIRE(told.status == 201);
    CHECK(answer_faults(told.json(), "POST /link/enroll", 201) == "");
    CHECK(told.json().at("state") == "connecting");
    CHECK(rig.settings.current()->text(config::Key::link_url) == cloud);
    CHECK(rig.get("/api/v1/audit").body.find("one-time-code") == std::string::npos);
    CHECK(rig.post("/api/v1/link/retry").status == 202);
    CHECK(rig.link.retries == 1);
    CHECK(rig.by_key({"DELETE", "/api/v1/link"}).status == 204);
    CHECK_FALSE(rig.link.enrolled.has_value());
}

TEST_CASE("each way in which enrolment fails has its own code", "[admin][api]")
{
    using base::Errc;
    Rig rig;
    const std::tuple<Errc, const char*, const char*> expected[] = {
        {Errc::conflict, "link_already_enrolled", "link_already_enrolled"},
        {Errc::invalid, "value_url", "link_url_invalid"},
        {Errc::denied, "enroll_code_refused", "enroll_code_refused"},
        {Errc::rate_limited, "enroll_rate_limited", "enroll_rate_limited"},
        {Errc::unreachable, "link_connect_refused", "cloud_unreachable"},
        {Errc::tls, "link_tls_issuer", "cloud_unreachable"},
        {Errc::malformed, "cloud_answer_unexpected", "cloud_answer_unexpected"}};
    for (const auto& [kind, code, problem] : expected) {
        rig.link.enroll_error = base::Error{kind, code, "why"};
        CHECK(rig.post("/api/v1/link/enroll", R"({"url":"https://x.example","code":"c"})").code() == problem);
    }
}

TEST_CASE("the link test shows seven steps, what failed with its advice, and nothing after it",
          "[admin][api]")
{
    Rig rig;
    CHECK(rig.post("/api/v1/link/test", "{}").code() == "link_not_enrolled");
    rig.link.trace.steps = {step(net::DialStage::resolve, true, "test_name_ok"),
                            step(net::DialStage::connect, true, "test_tcp_ok"),
                            step(net::DialStage::tls, false, "link_tls_issuer")};
    rig.link.trace.steps.back().advice = net::Message{"advice_inspection", "exempt it", {}};
    const auto told = rig.post("/api/v1/link/test", "{\"url\":\"" + cloud + "\"}").json();
    CHECK(answer_faults(told, "POST /link/test") == "");
    CHECK(rig.link.tested == cloud);
    CHECK_FALSE(told.at("ok").as_bool());
    std::string results;
    for (const auto& each : told.at("steps").as_array())
        results +=
            std::string{each.at("step").as_string()} + ":" + std::string{each.at("result").as_string()} + " ";
    CHECK(results == "name:ok tcp:ok proxy:ok tls:failed clock:skipped upgrade:skipped ack:skipped ");
    CHECK(told.at("steps").at(3).at("advice").at("code") == "advice_inspection");
}

TEST_CASE("a link by batches says so: why, since when, and when the WebSocket is tried again", "[admin][api]")
{
    Rig rig;
    rig.link.enrolled = admin::Enrolment{"7b0c0000-0000-4000-8000-000000000001", cloud, {}};
    rig.link.shown.url = "wss://link.example.net/link/v1/connect";
    rig.link.shown.state = relay::LinkState::live;
    const auto plain = rig.get("/api/v1/link").json().as_object();
    CHECK(plain.at("transport") == "websocket");
    CHECK(plain.at("note").is_null());
    CHECK(plain.at("websocket_retry_at").is_null());
    CHECK(plain.at("advice").is_null());

    rig.link.shown.transport = relay::Transport::batches;
    rig.link.shown.websocket_try_in = std::chrono::minutes{9};
    const auto told = rig.get("/api/v1/link").json();
    CHECK(answer_faults(told, "GET /link") == "");
    const auto& link = told.as_object();
    CHECK(link.at("transport") == "batches");
    CHECK(link.at("note").at("code") == "link_by_batches");
    CHECK(link.at("advice").at("code") == "advice_websocket");
    CHECK(link.at("advice").at("args").at("host") == "link.example.net");
    CHECK(link.at("websocket_retry_at").is_string());
}

TEST_CASE("an upgrade that is stripped fails the link test, unless batches carry the link", "[admin][api]")
{
    Rig rig;
    rig.link.enrolled = admin::Enrolment{"7b0c0000-0000-4000-8000-000000000001", cloud, {}};
    rig.link.shown.state = relay::LinkState::live;
    rig.link.trace.steps = {step(net::DialStage::upgrade, false, "link_upgrade_refused")};
    const auto upgrade_of = [](const auto& told) { return told.at("steps").at(5).as_object(); };
    const auto failed = rig.post("/api/v1/link/test", "{}").json();
    CHECK_FALSE(failed.at("ok").as_bool());
    CHECK(upgrade_of(failed).at("code") == "link_upgrade_refused");

    rig.link.shown.transport = relay::Transport::batches;
    const auto told = rig.post("/api/v1/link/test", "{}").json();
    CHECK(answer_faults(told, "POST /link/test") == "");
    CHECK(told.at("ok").as_bool());
    CHECK(upgrade_of(told).at("result") == "warning");
    CHECK(upgrade_of(told).at("code") == "test_upgrade_stripped");

    // Of another address than the link's own, the link says nothing.
    const auto other = rig.post("/api/v1/link/test", R"({"url":"https://other.example"})").json();
    CHECK_FALSE(other.at("ok").as_bool());
}

TEST_CASE("a clock that is a minute off is a warning of the link test", "[admin][api]")
{
    Rig rig;
    const auto result = [&](std::chrono::milliseconds ahead) {
        rig.link.trace.clock_ahead = ahead;
        const auto told = rig.post("/api/v1/link/test", "{\"url\":\"" + cloud + "\"}").json();
        return std::string{told.at("steps").at(4).at("result").as_string()};
    };
    CHECK(result(60s - 1ms) == "ok");
    CHECK(result(60s) == "warning");
    CHECK(result(-60s) == "warning");
}

TEST_CASE("learning is started, shown, and what it found is pinned on the admin's word", "[admin][api]")
{
    Rig rig;
    CHECK(rig.post("/api/v1/learn/confirm").code() == "learn_not_started");
    const Told started = rig.post("/api/v1/learn");
    CHECK(started.status == 202);
    CHECK(answer_faults(started.json(), "POST /learn", 202) == "");
    CHECK(started.json().at("state") == "waiting");
    CHECK(rig.post("/api/v1/learn/confirm").code() == "learn_no_match");

    intake::Lesson lesson;
    lesson.signature_like = true;
    lesson.thumbprint = "AB";
    lesson.headers = {"X-Halo-Signature"};
    certs::SignatureMatch match;
    match.header = "X-Halo-Signature";
    match.scheme.hash = certs::Hash::sha512;
    lesson.match = match;
    rig.learner.observe(lesson, "0193f3a1-0000-7000-8000-000000000000", rig.clock.wall());
    CHECK(answer_faults(rig.get("/api/v1/learn").json(), "GET /learn") == "");
    CHECK_FALSE(rig.get("/api/v1/webhook").json().at("learned").as_bool());
    const auto confirmed = rig.post("/api/v1/learn/confirm").json();
    CHECK(confirmed.at("state") == "confirmed");
    CHECK(rig.settings.current()->text(config::Key::webhook_signature_header) == "X-Halo-Signature");
    CHECK(rig.settings.current()->text(config::Key::webhook_hash) == "sha512");
    CHECK(rig.get("/api/v1/webhook").json().at("learned").as_bool());
    CHECK(newest_deed(rig) == "learn_confirmed");
}

TEST_CASE("learning is for certificates alone", "[admin][api]")
{
    Rig rig;
    const std::string hmac = R"({"webhook.auth":"hmac","webhook.hmac_secret":"0123456789"})";
    REQUIRE(rig.by_key({"PATCH", "/api/v1/settings", hmac}).status == 200);
    CHECK(rig.post("/api/v1/learn").code() == "learn_not_applicable");
}

TEST_CASE("log lines are found by level, component and word, page by page", "[admin][api]")
{
    Rig rig;
    const base::Logger intake{rig.log, "intake"};
    intake.info("first");
    intake.warning("second");
    base::Logger{rig.log, "store"}.error("third");
    const auto found = [&](const std::string& query) { return rig.get("/api/v1/log?" + query).json(); };
    CHECK(found("component=intake").at("items").as_array().size() == 2);
    CHECK(found("level=warning").at("items").as_array().size() == 2);
    CHECK(found("q=SECOND").at("items").as_array().size() == 1);
    const auto page = found("limit=1");
    CHECK(page.at("items").at(0).at("text") == "third");
    const std::string cursor{page.at("next_cursor").as_string()};
    CHECK(found("limit=1&cursor=" + cursor).at("items").at(0).at("text") == "second");
    CHECK(rig.get("/api/v1/log?level=loud").code() == "bad_request");
    CHECK(rig.get("/api/v1/log?cursor=x").code() == "cursor_invalid");
}

TEST_CASE("levels change at run time, for one component too, all or nothing", "[admin][api]")
{
    Rig rig;
    const auto patch = [&](const std::string& body) {
        return rig.by_key({"PATCH", "/api/v1/log/levels", body});
    };
    CHECK(patch(R"({"level":"warning","components":{"store":"loud"}})").code() == "bad_request");
    CHECK_FALSE(rig.log.wants("store", base::Level::debug));
    const Told told = patch(R"({"components":{"store":"debug"}})");
    CHECK(answer_faults(told.json(), "PATCH /log/levels") == "");
    CHECK(rig.log.wants("store", base::Level::debug));
    CHECK(newest_deed(rig) == "log_level_changed");
    CHECK(answer_faults(rig.get("/api/v1/audit").json(), "GET /audit") == "");
}

TEST_CASE("the history has as many points as its range has steps", "[admin][api]")
{
    Rig rig;
    for (const auto& [range, points] : {std::pair{"1h", 60U}, std::pair{"24h", 96U}, std::pair{"7d", 84U}}) {
        const auto told = rig.get(std::string{"/api/v1/metrics-history?range="} + range).json();
        CHECK(answer_faults(told, "GET /metrics-history") == "");
        CHECK(told.at("series").as_array().size() == 7);
        CHECK(told.at("series").at(0).at("points").as_array().size() == points);
    }
    CHECK(rig.get("/api/v1/metrics-history?range=1y").code() == "bad_request");
}

TEST_CASE("a backup is a whole database, and leaves nothing behind", "[admin][api]")
{
    Rig rig;
    {
        const Told told = rig.post("/api/v1/backup", "{}");
        REQUIRE(told.status == 200);
        CHECK(told.header("Content-Disposition") == "attachment; filename=\"mizo-relay-2026-11-24.db\"");
        std::string head;
        told.source->next([&](std::optional<std::string> piece) { head = piece.value_or(""); });
        CHECK(head.starts_with("SQLite format 3"));
    }
    for (const auto& entry : std::filesystem::directory_iterator{rig.folder.path()})
        CHECK(entry.path().extension() != ".tmp");
}

TEST_CASE("diagnostics are listed first, then handed out without any secret", "[admin][api]")
{
    Rig rig;
    base::Logger{rig.log, "test"}.info("the key is " + rig.key);
    const auto listing = rig.post("/api/v1/diagnostics", R"({"dry_run":true})").json();
    CHECK(faults(listing, "DiagnosticsListing") == "");
    const Told told = rig.post("/api/v1/diagnostics", R"({"dry_run":false})");
    CHECK(told.header("Content-Type") == "application/zip");
    CHECK(told.body.starts_with("PK"));
    CHECK(told.body.find("status.json") != std::string::npos);
    CHECK(told.body.find(rig.key) == std::string::npos);
}

TEST_CASE("readiness says no, and why, when webhooks would not be stored", "[admin][api]")
{
    Rig rig;
    CHECK(rig.send({"GET", "/healthz"}).status == 200);
    CHECK(faults(rig.send({"GET", "/readyz"}).json(), "Health") == "");
    rig.service.webhook_listening = false;
    rig.service.webhook_problem = "in use";
    Told told = rig.send({"GET", "/readyz"});
    CHECK(told.status == 503);
    CHECK(told.json().at("reasons").at(0).at("code") == "receive_not_listening");
    rig.service.webhook_listening = true;
    rig.not_ready = base::Error{base::Errc::unavailable, "store.busy", "More come at once than fit."};
    told = rig.send({"GET", "/readyz"});
    CHECK(told.status == 503);
    CHECK(told.json().at("reasons").at(0).at("code") == "receive_refusing");
    CHECK(rig.send({"GET", "/healthz"}).status == 200);
}

TEST_CASE("metrics are readable by Prometheus, without signing in", "[admin][api]")
{
    Rig rig;
    rig.counters.accepted = 5;
    const Told told = rig.send({"GET", "/metrics"});
    CHECK(told.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(told.body.find("\nmizo_relay_webhooks_total{outcome=\"accepted\"} 5\n") != std::string::npos);
    CHECK(told.body.find("\nmizo_relay_ready 1\n") != std::string::npos);
    CHECK(told.body.find(rig.key) == std::string::npos);
}

TEST_CASE("a closed store is told as such, and the process lives", "[admin][api]")
{
    Rig rig;
    rig.readers->close();
    const Told told = rig.get("/api/v1/status");
    CHECK(told.code() == "store_unavailable");
    CHECK(told.header("Retry-After") == "10");
    CHECK(rig.send({"GET", "/healthz"}).status == 200);
}

TEST_CASE("a service that stops says so", "[admin][api]")
{
    Rig rig;
    rig.service.stopping = true;
    CHECK(rig.get("/api/v1/settings").code() == "shutting_down");
}
