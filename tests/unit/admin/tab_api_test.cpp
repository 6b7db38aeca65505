#include "admin_rig.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/store/insights.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin::test;

namespace {

void set(Rig& rig, const boost::json::object& patch)
{
    rig.settings.replace(rig.settings.current()->with(patch).settings);
    rig.tab->set_settings(*rig.settings.current());
}

void open_tab(Rig& rig, const std::string& link)
{
    web::Request request;
    request.head.method = "POST";
    request.head.path = "/tab/session";
    request.body = boost::json::serialize(boost::json::object{{"link", link}});
    rig.run(rig.tab->handler().handle(std::move(request)));
}

} // namespace

TEST_CASE("what is pasted into HaloPSA for the tab is told as the contract says, and never its secret",
          "[admin][tab]")
{
    Rig rig;
    auto told = rig.get("/api/v1/tab");
    CHECK(answer_faults(told.json(), "GET /tab") == "");
    CHECK(told.json().at("secret_set") == false);
    CHECK(told.json().at("allowed_origin").is_null());
    CHECK(told.json().at("last_refused").is_null());

    set(rig, {{"halo.url", "https://halo.example.net/x"},
              {"halo.tab_secret", "the-iframe-secret"},
              {"webhook.public_url", "https://relay.example.net/mizo"},
              {"tab.query", "a=$LOGGEDINAGENTID&h=$HMAC&t=$FAULTID"}});
    told = rig.get("/api/v1/tab");
    CHECK(answer_faults(told.json(), "GET /tab") == "");
    CHECK(told.json().at("url_template") ==
          "https://relay.example.net/mizo/tab?a=$LOGGEDINAGENTID&h=$HMAC&t=$FAULTID");
    CHECK(told.json().at("secret_set") == true);
    CHECK(told.json().at("allowed_origin") == "https://halo.example.net");
    CHECK(told.body.find("the-iframe-secret") == std::string::npos);
}

TEST_CASE("the last opening that was refused is told with its sentence", "[admin][tab]")
{
    Rig rig;
    set(rig, {{"halo.tab_secret", "the-iframe-secret"}});
    open_tab(rig, "agentId=1&hmac=x&ticketId=$FAULTID");
    const auto told = rig.get("/api/v1/tab").json();
    CHECK(answer_faults(told, "GET /tab") == "");
    CHECK(told.at("refused") == 1);
    CHECK(told.at("last_refused").at("code") == "tab_link_unfilled");
    CHECK(told.at("last_refused").at("text").as_string().find("$FAULTID") != std::string::npos);
}

TEST_CASE("every reason to refuse an opening of the tab has its sentence in the contract", "[admin][tab]")
{
    for (const char* code : {"tab_secret_missing", "tab_link_incomplete", "tab_link_unfilled",
                             "tab_link_ambiguous", "tab_link_malformed", "tab_link_refused",
                             "tab_agent_refused", "tab_ticket_unknown", "tab_ticket_out_of_scope",
                             "tab_halo_not_configured", "tab_halo_unavailable", "tab_too_many_tickets"}) {
        INFO(code);
        CHECK(admin::Contract::get().message(code) != nullptr);
    }
}

TEST_CASE("an insight is shown to the admin with its Markdown and what the tab makes of it", "[admin][tab]")
{
    Rig rig;
    store::Insight insight;
    insight.ticket = 4242;
    insight.revision = 3;
    insight.title = "Title";
    insight.sections = R"([{"heading":"Summary","markdown":"*a* <b>"}])";
    insight.actions = R"([{"id":"assign","label":"Assign"}])";
    insight.received = rig.clock.wall();
    rig.write([insight](store::Database& db) { return store::put_insight(db, insight); });

    const auto told = rig.get("/api/v1/insights/4242").json();
    CHECK(answer_faults(told, "GET /insights/{ticket}") == "");
    CHECK(told.at("revision") == 3);
    CHECK(told.at("sections").at(0).at("markdown") == "*a* <b>");
    CHECK(told.at("sections").at(0).at("html") == "<p><em>a</em> &lt;b&gt;</p>\n");
    CHECK(rig.get("/api/v1/insights/4243").code() == "not_found");
    for (const char* ticket : {"0", "-1", "x", "1x", "99999999999999999999"})
        CHECK(rig.get(std::string{"/api/v1/insights/"} + ticket).code() == "bad_request");
}
