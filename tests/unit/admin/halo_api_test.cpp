#include "admin_rig.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/store/halo_calls.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

void configure(Rig& rig)
{
    halo_api::ApiSettings settings;
    settings.url = "https://halo.example.net";
    settings.client_id = "the-id";
    settings.client_secret = base::Secret{"the-client-secret"};
    settings.scopes = {"read:tickets", "edit:tickets"};
    rig.halo->set_settings(std::move(settings));
}

void add_call(Rig& rig, const std::string& purpose, std::optional<std::int64_t> ticket,
              const std::optional<std::string>& error = {})
{
    store::HaloCall call;
    call.at = rig.clock.wall();
    call.purpose = purpose;
    call.method = "GET";
    call.path = "/Tickets/4242";
    call.ticket = ticket;
    call.error_code = error;
    call.error_reason = error ? "no route to it" : "";
    if (!error) call.status = 200;
    call.duration = 40ms;
    rig.write([call](store::Database& db) {
        store::add_halo_call(db, call);
        return true;
    });
}

std::size_t calls(Rig& rig, const std::string& query)
{
    const auto told = rig.get("/api/v1/halo/calls" + query).json();
    CHECK(answer_faults(told, "GET /halo/calls") == "");
    return told.at("items").as_array().size();
}

std::size_t count(const std::string& text, const std::string& piece)
{
    std::size_t found = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("HaloPSA's side is told as the contract says, set up or not, and never its secret",
          "[admin][halo_page]")
{
    Rig rig;
    Told told = rig.get("/api/v1/halo");
    CHECK(answer_faults(told.json(), "GET /halo") == "");
    CHECK(told.json().at("state") == "unconfigured");
    CHECK(told.json().at("url").is_null());

    configure(rig);
    told = rig.get("/api/v1/halo");
    CHECK(answer_faults(told.json(), "GET /halo") == "");
    CHECK(told.json().at("state") == "unknown");
    CHECK(told.json().at("url") == "https://halo.example.net");
    CHECK(told.json().at("scopes").at("asked").as_array().size() == 2);
    CHECK(told.body.find("the-client-secret") == std::string::npos);
}

TEST_CASE("the test of HaloPSA's API ends at the first step that fails, and says what to do",
          "[admin][halo_page]")
{
    Rig rig;
    const auto told = rig.post("/api/v1/halo/test").json();
    CHECK(answer_faults(told, "POST /halo/test") == "");
    CHECK(told.at("ok") == false);
    CHECK(told.at("steps").as_array().size() == 1);
    CHECK(told.at("steps").at(0).at("code") == "halo_not_configured");
    CHECK(told.at("steps").at(0).at("advice").at("code") == "advice_halo_configure");
}

TEST_CASE("calls of HaloPSA's API are listed by purpose and ticket, failures with their sentence",
          "[admin][halo_page]")
{
    Rig rig;
    add_call(rig, "agent", 4242);
    add_call(rig, "tab", 4242);
    add_call(rig, "agent", 7, "halo_unreachable");
    CHECK(calls(rig, "?purpose=agent") == 2);
    CHECK(calls(rig, "?ticket=4242") == 2);
    CHECK(calls(rig, "?purpose=agent&ticket=7") == 1);
    CHECK(calls(rig, "?limit=1") == 1);
    CHECK(rig.get("/api/v1/halo/calls?purpose=nothing").code() == "bad_request");
    CHECK(rig.get("/api/v1/halo/calls?ticket=x").code() == "bad_request");
    CHECK(rig.get("/api/v1/halo/calls?cursor=x").code() == "cursor_invalid");
    const auto failed = rig.get("/api/v1/halo/calls?ticket=7").json().at("items").at(0);
    CHECK(failed.at("error").at("text") == "HaloPSA cannot be reached: no route to it");
    CHECK(failed.at("status").is_null());
    add_call(rig, "poll", {}, "a_code_of_another_version");
    CHECK(rig.get("/api/v1/halo/calls?purpose=poll").status == 200);
}

TEST_CASE("every failure of HaloPSA's API has its sentence in the contract", "[admin][halo_page]")
{
    for (const char* code :
         {"halo_not_configured", "halo_settings_changed", "halo_path_refused", "halo_credentials_refused",
          "halo_scopes_refused", "halo_timeout", "halo_unreachable", "halo_tls", "halo_rate_limited",
          "halo_answer_too_large", "halo_answer_unexpected", "halo_refused", "halo_stopped"}) {
        const std::string* sentence = admin::Contract::get().message(code);
        REQUIRE(sentence != nullptr);
        CHECK(admin::filled(*sentence, {{"reason", "so"}}) == halo::api_fault(code, "so").text());
    }
}

TEST_CASE("pages that listen hear of HaloPSA's side when it changes, and only then", "[admin][halo_page]")
{
    Rig rig;
    const Told stream = rig.get("/api/v1/stream?topics=halo");
    std::string text;
    std::function<void()> read = [&] {
        stream.source->next([&](std::optional<std::string> piece) {
            if (!piece) return;
            text += *piece;
            read();
        });
    };
    read();
    const auto a_while = [&] {
        for (int turn = 0; turn < 12; ++turn) rig.run(rig.handler->turn());
    };
    a_while();
    CHECK(count(text, "event: halo") == 1);
    configure(rig);
    a_while();
    CHECK(count(text, "event: halo") == 2);
    CHECK(text.find("the-client-secret") == std::string::npos);
}

TEST_CASE("calls of HaloPSA's API are counted for Prometheus", "[admin][halo_page]")
{
    Rig rig;
    const std::string text = rig.send({"GET", "/metrics"}).body;
    CHECK(text.find("\nmizo_relay_halo_up 0\n") != std::string::npos);
    CHECK(text.find("\nmizo_relay_halo_calls_left 400\n") != std::string::npos);
    CHECK(text.find("\nmizo_relay_halo_calls_total{purpose=\"test_ticket\",outcome=\"failed\"} 0\n") !=
          std::string::npos);
}
