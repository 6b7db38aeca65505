#include "tab_world.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view policy = "Content-Security-Policy";

std::string header(const web::Response& response, std::string_view name)
{
    const std::string* value = response.headers.find(name);
    return value ? *value : std::string{};
}

bool ends_with(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string log_of(TabWorld& tab)
{
    std::string text;
    for (const base::LogLine& line : tab.world.log.recent(1'000)) text += line.text + "\n";
    return text;
}

} // namespace

TEST_CASE("the page is served to a frame of HaloPSA's alone, whatever its query holds", "[tab][page]")
{
    TabWorld tab;
    auto head = TabWorld::head_of("GET", "/tab", "");
    head.query = TabWorld::link_of(13, 4242);
    const web::Response page = tab.send(head);
    CHECK(page.status == 200);
    CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
    CHECK(ends_with(header(page, policy), "frame-ancestors https://halo.example.net"));
    CHECK(header(page, policy).starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
    CHECK(header(page, "X-Frame-Options").empty());
    CHECK(header(page, "Referrer-Policy") == "no-referrer");
    CHECK(header(page, "X-Content-Type-Options") == "nosniff");
    CHECK(header(page, "Cache-Control") == "no-store");
    CHECK(page.body.find("4242") == std::string::npos);
    CHECK(tab.api.asked.empty());
}

TEST_CASE("without HaloPSA's address nobody may show the tab in a frame", "[tab][page]")
{
    TabWorld tab;
    tab.set({{"halo.url", nullptr}});
    CHECK(ends_with(header(tab.get("/tab"), policy), "frame-ancestors 'none'"));
}

TEST_CASE("the page's own files are served, and nothing else", "[tab][page]")
{
    TabWorld tab;
    const std::string page = tab.get("/tab").body;
    const auto begin = page.find("src=\"tab/") + 5;
    const std::string script = page.substr(begin, page.find('"', begin) - begin);
    CHECK(header(tab.get("/" + script), "Content-Type") == "text/javascript; charset=utf-8");
    for (const char* path :
         {"/tab/", "/tab/index.html", "/tab/../tab", "/tab/%2e%2e/x", "/tab/app.js", "/tab/x/y"}) {
        INFO(path);
        const web::Response response = tab.get(path);
        CHECK(response.status == 404);
        CHECK(header(response, policy).find("default-src 'none'") == 0);
    }
}

TEST_CASE("the page speaks the language that was set", "[tab][page]")
{
    TabWorld tab;
    CHECK(tab.get("/tab").body.find("data-language=\"auto\"") != std::string::npos);
    tab.set({{"ui.language", "fr"}});
    CHECK(tab.get("/tab").body.find("data-language=\"fr\"") != std::string::npos);
}

TEST_CASE("each path has its method and its type of body", "[tab][page]")
{
    TabWorld tab;
    CHECK(tab.send(TabWorld::head_of("HEAD", "/tab", "")).status == 200);
    for (const auto& [method, path, allow] :
         {std::tuple{"POST", "/tab", "GET, HEAD"}, std::tuple{"DELETE", "/tab", "GET, HEAD"},
          std::tuple{"GET", "/tab/session", "POST"}, std::tuple{"OPTIONS", "/tab/session", "POST"},
          std::tuple{"POST", "/tab/view", "GET, HEAD"}, std::tuple{"GET", "/tab/actions", "POST"}}) {
        INFO(method << " " << path);
        const web::Response response = tab.send(TabWorld::head_of(method, path, ""));
        CHECK(response.status == 405);
        CHECK(header(response, "Allow") == allow);
    }
    auto head = TabWorld::head_of("POST", "/tab/session", "");
    head.headers = web::Headers{{"Content-Type", "text/plain"}};
    CHECK(tab.send(head, "{}").status == 415);
    CHECK(tab.tab->handler().admit(TabWorld::head_of("POST", "/tab/session", "")).body_max == 16 * 1024);
    CHECK(tab.tab->handler().admit(TabWorld::head_of("GET", "/tab", "")).body_max == 0);
    for (const char* body : {"", "x", "[]", "{}", R"({"link":1})", R"({"link":"a","x":1})"})
        CHECK(tab.send(TabWorld::head_of("POST", "/tab/session", ""), body).status == 400);
    CHECK(tab.open_link(std::string(8 * 1024 + 1, 'a')).status == 400);
}

TEST_CASE("a right link is exchanged for a session, a wrong one for its reason", "[tab][session]")
{
    TabWorld tab;
    const web::Response opened = tab.open_link(TabWorld::link_of(13, 4242));
    CHECK(opened.status == 201);
    CHECK(json::parse(opened.body).at("ticket_id") == 4242);
    CHECK(json::parse(opened.body).at("expires_at") == "2026-11-24T10:15:00.000Z");

    const web::Response forged = tab.open_link(TabWorld::link_of(13, 4242, "another"));
    CHECK(forged.status == 403);
    CHECK(code_of(forged) == "tab_link_refused");
    const web::Response unfilled = tab.open_link("agentId=13&hmac=$HMAC&ticketId=1");
    CHECK(unfilled.status == 400);
    CHECK(json::parse(unfilled.body).at("reason") == "$HMAC");
    const tab::View view = tab.tab->view();
    CHECK(view.opened == 1);
    CHECK(view.refused == 2);
    CHECK(view.sessions == 1);
    CHECK(view.last_refused->code == "tab_link_unfilled");
}

TEST_CASE("nothing of a link stands in the log, at any level", "[tab][session]")
{
    TabWorld tab;
    tab.world.log.set_level(base::Level::debug);
    const std::string right = TabWorld::link_of(13, 4242);
    const std::string wrong = TabWorld::link_of(13, 4242, "another");
    const std::string token = json::parse(tab.open_link(right).body).at("token").as_string().c_str();
    tab.open_link(wrong);
    tab.open_link("agentId=13&hmac=the-canary&ticketId=$X");
    tab.view(token);
    const std::string log = log_of(tab);
    CHECK(log.find("tab opened") != std::string::npos);
    for (const std::string& secret :
         {right.substr(16, 20), wrong.substr(16, 20), std::string{"the-canary"}, token})
        CHECK(log.find(secret) == std::string::npos);
}

TEST_CASE("bad links of one address are turned away at its limit, and right ones are not", "[tab][session]")
{
    TabWorld tab;
    const std::string wrong = TabWorld::link_of(13, 4242, "another");
    for (int i = 0; i < 20; ++i) CHECK(tab.open_link(wrong).status == 403);
    const web::Response over = tab.open_link(wrong);
    CHECK(over.status == 429);
    CHECK(header(over, "Retry-After") == "60");
    CHECK(tab.open_link(TabWorld::link_of(13, 4242)).status == 201);
    tab.remote = "192.0.2.8";
    CHECK(tab.open_link(wrong).status == 403);
}

TEST_CASE("a ticket that HaloPSA does not have, or of a type that is not enabled, is not shown",
          "[tab][gate]")
{
    TabWorld tab;
    CHECK(code_of(tab.open_link(TabWorld::link_of(13, 1))) == "tab_ticket_unknown");
    tab.answers["/Tickets/2"] = halo_answer(200, R"({"id":3,"tickettype_id":25})");
    CHECK(code_of(tab.open_link(TabWorld::link_of(13, 2))) == "tab_ticket_unknown");
    tab.set({{"scope.ticket_types", json::array{25}}});
    CHECK(tab.open_link(TabWorld::link_of(13, 4242)).status == 201);
    CHECK(code_of(tab.open_link(TabWorld::link_of(13, 4243))) == "tab_ticket_out_of_scope");
}

TEST_CASE("an agent that is disabled or gone is refused, however right the signature", "[tab][gate]")
{
    TabWorld tab;
    CHECK(code_of(tab.open_link(TabWorld::link_of(14, 4242))) == "tab_agent_refused");
    CHECK(code_of(tab.open_link(TabWorld::link_of(15, 4242))) == "tab_agent_refused");
    // Without the right to ask, the signature alone must do.
    tab.answers["/Agent/16"] = halo_answer(403, "{}");
    CHECK(tab.open_link(TabWorld::link_of(16, 4242)).status == 201);
}

TEST_CASE("while HaloPSA cannot be asked nothing is shown, and the page is told so", "[tab][gate]")
{
    TabWorld tab;
    tab.down = "halo_unreachable";
    const web::Response response = tab.open_link(TabWorld::link_of(13, 4242));
    CHECK(response.status == 503);
    CHECK(code_of(response) == "tab_halo_unavailable");
    CHECK(json::parse(response.body).at("reason") == "no route to it");
    tab.down = "halo_not_configured";
    CHECK(code_of(tab.open_link(TabWorld::link_of(13, 4242))) == "tab_halo_not_configured");
    tab.down.clear();
    for (const int status : {401, 403, 429, 500, 503}) {
        tab.answers["/Tickets/4242"] = halo_answer(status, "<html>");
        CHECK(code_of(tab.open_link(TabWorld::link_of(13, 4242))) == "tab_halo_unavailable");
    }
}

TEST_CASE("HaloPSA is asked once a minute about the same, and no agent can have it asked for ever",
          "[tab][gate]")
{
    TabWorld tab;
    tab.session();
    tab.session();
    CHECK(tab.api.asked.size() == 2); // the agent and the ticket
    CHECK(tab.api.asked.back().purpose == halo_api::Purpose::tab);
    tab.world.clock.advance(59'999ms);
    tab.session();
    CHECK(tab.api.asked.size() == 2);
    tab.world.clock.advance(1ms);
    tab.session();
    CHECK(tab.api.asked.size() == 4);

    std::string code;
    for (std::int64_t ticket = 1; ticket <= 100; ++ticket)
        code = code_of(tab.open_link(TabWorld::link_of(13, ticket)));
    CHECK(code == "tab_too_many_tickets");
    CHECK(tab.api.asked.size() < 70);
}

TEST_CASE("a session shows its own ticket until it ends", "[tab][view]")
{
    TabWorld tab;
    tab.insight(1);
    const std::string token = tab.session();
    const json::value view = tab.view(token);
    CHECK(view.at("ticket_id") == 4242);
    CHECK(view.at("insight").at("title") == "The printer is out of paper");
    CHECK(view.at("insight").at("sections").at(0).at("html") == "<p>It is <em>out</em> of paper.</p>\n");
    CHECK(view.at("insight").at("sections").at(0).as_object().contains("markdown") == false);
    CHECK(view.at("insight").at("actions").at(0).at("label") == "Assign to me");
    CHECK(view.at("link").at("live") == true);
    CHECK(tab.view(tab.session(13, 4243)).at("insight").is_null());

    CHECK(code_of(tab.get("/tab/view")) == "tab_session_ended");
    CHECK(tab.get("/tab/view", token + "x").status == 401);
    tab.world.clock.advance(15min);
    CHECK(tab.get("/tab/view", token).status == 401);
}

TEST_CASE("whoever has the tab open must show a link anew after the secret or HaloPSA has changed",
          "[tab][view]")
{
    TabWorld tab;
    const std::string first = tab.session();
    tab.set({{"log.level", "warning"}});
    CHECK(tab.get("/tab/view", first).status == 200);
    tab.set({{"halo.tab_secret", "another"}});
    CHECK(tab.get("/tab/view", first).status == 401);
}

TEST_CASE("a look does not hold a connection, and too many are turned away", "[tab][view]")
{
    TabWorld tab;
    const std::string token = tab.session();
    for (int i = 0; i < 90; ++i) REQUIRE(tab.get("/tab/view", token).status == 200);
    CHECK(tab.get("/tab/view", token).status == 429);
    tab.world.clock.advance(1min);
    CHECK(tab.get("/tab/view", token).close);
}

TEST_CASE("an expired insight is shown as such, and its buttons do nothing", "[tab][view]")
{
    TabWorld tab;
    tab.insight(1, tab.world.clock.wall() + 1min);
    const std::string token = tab.session();
    CHECK(tab.view(token).at("insight").at("expired") == false);
    tab.world.clock.advance(1min);
    CHECK(tab.view(token).at("insight").at("expired") == true);
    CHECK(code_of(tab.post("/tab/actions", {{"action", "assign"}}, token)) == "tab_action_gone");
    CHECK(tab.sent.empty());
}

TEST_CASE("an insight that is too large or has no name for an action is not kept", "[tab][insight]")
{
    TabWorld tab;
    relay::Insight insight;
    insight.ticket_id = 4242;
    insight.revision = 1;
    insight.sections = {{"h", std::string(256 * 1024 + 1, 'x')}};
    tab.tab->inbox().on(insight);
    insight.sections.assign(41, {"h", "x"});
    tab.tab->inbox().on(insight);
    insight.sections.clear();
    insight.actions.assign(21, {"a", "l"});
    tab.tab->inbox().on(insight);
    insight.actions = {{"a", "\u202E"}};
    tab.tab->inbox().on(insight);
    insight.actions.clear();
    insight.ticket_id = 0;
    tab.tab->inbox().on(insight);
    tab.settle();
    CHECK(tab.view(tab.session()).at("insight").is_null());
    CHECK(log_of(tab).find("tab_insight_too_large") != std::string::npos);
    CHECK(log_of(tab).find("tab_insight_malformed") != std::string::npos);

    insight.ticket_id = 4242;
    insight.sections = {{"h", std::string(256 * 1024, 'x')}};
    tab.tab->inbox().on(insight);
    tab.settle();
    CHECK(tab.view(tab.session()).at("insight").at("sections").at(0).at("cut") == true);
}
