#include "tests/loopback/halo_world.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;
using halo_api::State;

namespace {

constexpr const char* ticket_path = "/Tickets/4242";
constexpr const char* ticket = "GET /api/Tickets/4242";
constexpr const char* token = "POST /auth/token";

HaloPeer::Reply always(std::string answer)
{
    return [answer = std::move(answer)](const Asked&) { return answer; };
}

std::string code_of(const base::Result<halo_api::Answer>& result)
{
    return result ? "" : result.error().code();
}

halo_api::Call within(std::chrono::milliseconds deadline)
{
    halo_api::Call call;
    call.path = ticket_path;
    call.deadline = deadline;
    return call;
}

} // namespace

TEST_CASE("a call goes out with a token, and its answer comes back", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, R"({"id":4242})")));
    world.begin();
    halo_api::Call call;
    call.path = ticket_path;
    call.query = {{"includedetails", "true"}, {"x", "a b&c"}};
    const auto answer = world.call(call);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == R"({"id":4242})");
    const Asked& asked = world.halo.asked().back();
    CHECK(asked.target() == "/api/Tickets/4242?includedetails=true&x=a%20b%26c");
    CHECK(asked.has("Authorization: Bearer t1\r\n"));
    CHECK(world.halo.asked().at(1).target() == "/auth/token?tenant=msp");
    CHECK(world.client->view().state == State::ok);
}

TEST_CASE("one token is fetched for all who wait for it", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, "{}")));
    world.begin();
    for (const auto& answer : world.at_once(60, ticket_path)) CHECK(answer.has_value());
    CHECK(world.halo.count(token) == 1);
    CHECK(world.halo.count("GET /api/authinfo") == 1);
}

TEST_CASE("a token is renewed at 85 % of its life, and never used in its last minute", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, "{}")));
    world.begin();
    CHECK(world.get(ticket_path).has_value());
    world.world.clock.advance(3059s);
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.tokens == 1);
    world.world.clock.advance(1s);
    CHECK(world.get(ticket_path).has_value()); // with the old one, while the next is fetched
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.tokens == 2);
    world.world.clock.advance(3540s);
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.tokens == 3);
    CHECK(world.halo.asked().back().has("Bearer t3"));
}

TEST_CASE("a token that HaloPSA no longer takes is replaced once, and the call repeated", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, [](const Asked& asked) {
        return asked.has("Bearer t1") ? http(401, R"({"error":"expired"})") : http(200, "{}");
    });
    world.begin();
    CHECK(world.get(ticket_path)->status == 200);
    CHECK(world.halo.count(ticket) == 2);
    CHECK(world.halo.tokens == 2);
}

TEST_CASE("a call that lacks a right is answered 401 for ever without a token for each", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(401, R"({"error":"no right"})")));
    world.begin();
    for (int i = 0; i < 5; ++i) CHECK(world.get(ticket_path)->status == 401);
    CHECK(world.halo.tokens == 2);
    world.world.clock.advance(60s);
    CHECK(world.get(ticket_path)->status == 401);
    CHECK(world.halo.tokens == 3);
}

TEST_CASE("a refused secret is told, and not tried again at once", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(token, always(http(401, R"({"error":"invalid_client","error_description":"wrong"})")));
    world.begin();
    for (int i = 0; i < 5; ++i) CHECK(code_of(world.get(ticket_path)) == "halo_credentials_refused");
    CHECK(world.halo.count(token) == 1);
    CHECK(world.halo.count(ticket) == 0);
    const halo_api::View view = world.client->view();
    CHECK(view.state == State::failing);
    CHECK(view.last_error->text().find("wrong") != std::string::npos);
    CHECK(view.advice->code == "advice_halo_credentials");
    world.world.clock.advance(30s);
    CHECK_FALSE(world.get(ticket_path).has_value());
    CHECK(world.halo.count(token) == 2);
}

TEST_CASE("where the set of permissions is refused, those that work are found and kept over a start",
          "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, "{}")));
    world.halo.on(token, [](const Asked& asked) {
        return asked.body.find("timesheet") == std::string::npos ? http(200, R"({"access_token":"t"})")
                                                                 : http(400, R"({"error":"invalid_scope"})");
    });
    world.begin();
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.count(token) == 5); // the set, each of the three, those that work
    const halo_api::View view = world.client->view();
    CHECK(view.scopes.refused == halo::Scopes{"read:timesheet"});
    CHECK(view.scopes.granted == halo::Scopes{"read:tickets", "edit:tickets"});

    world.end();
    world.begin();
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.count(token) == 6);
    CHECK(world.client->view().scopes.refused == halo::Scopes{"read:timesheet"});
}

TEST_CASE("after a 429 nothing is asked until the time that HaloPSA names has passed", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(429, "", "Retry-After: 7\r\n")));
    world.begin();
    CHECK(code_of(world.call(within(6'999ms))) == "halo_rate_limited");
    world.halo.on(ticket, always(http(200, "{}")));
    CHECK(world.client->view().limited_until.has_value());
    world.world.clock.advance(1s);
    CHECK(code_of(world.call(within(5'999ms))) == "halo_rate_limited");
    CHECK(world.halo.count(ticket) == 1);
    world.world.clock.advance(6s);
    CHECK(world.call(within(1s)).has_value());
}

TEST_CASE("a 429 that names no time, or a shorter one, holds calls for 5 s", "[halo_api]")
{
    const std::string headers = GENERATE("", "Retry-After: 1\r\n", "Retry-After: soon\r\n");
    HaloWorld world;
    world.halo.on(ticket, always(http(429, "", headers)));
    world.begin();
    CHECK(code_of(world.call(within(4'999ms))) == "halo_rate_limited");
    world.halo.on(ticket, always(http(200, "{}")));
    world.world.clock.advance(4'999ms);
    CHECK(code_of(world.call(within(0ms))) == "halo_rate_limited");
    world.world.clock.advance(1ms);
    CHECK(world.call(within(1s)).has_value());
}

TEST_CASE("the limit of calls holds those back that are over it", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, "{}")));
    halo_api::RateRules rules;
    rules.calls = 10; // two of them go to discovery and token; checks may use 8
    world.begin(rules);
    for (int i = 0; i < 6; ++i) CHECK(world.call(within(1s)).has_value());
    CHECK(code_of(world.call(within(1s))) == "halo_rate_limited");
    halo_api::Call agent = within(1s);
    agent.purpose = halo_api::Purpose::agent;
    CHECK(world.call(agent).has_value());
    CHECK(world.client->view().calls_left == 1);
    world.world.clock.advance(5min);
    CHECK(world.call(within(1s)).has_value());
}

TEST_CASE("a HaloPSA that does not answer is given up at the call's deadline", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(""));
    world.begin();
    CHECK(code_of(world.call(within(150ms))) == "halo_timeout");
    CHECK(world.client->view().state == State::failing);
}

TEST_CASE("an answer that is too large, or no HTTP, is told as such", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(200, std::string(1001, 'x'))));
    world.halo.on("GET /api/Agent", always("this is no HTTP at all\r\n\r\n"));
    world.halo.on("GET /api/Team", always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
    world.begin();
    halo_api::Call call = within(5s);
    call.body_max = 1000;
    CHECK(code_of(world.call(call)) == "halo_answer_too_large");
    call.body_max = 1001;
    CHECK(world.call(call).has_value());
    CHECK(code_of(world.get("/Agent")) == "halo_answer_unexpected");
    CHECK(code_of(world.get("/Team")) == "halo_timeout"); // it broke off: what was asked may have been done
}

TEST_CASE("no redirection is followed, neither with the secret nor with a token", "[halo_api]")
{
    HaloWorld world;
    HaloPeer elsewhere{world.loop};
    const std::string there = "Location: " + elsewhere.url() + "/auth/token\r\n";
    world.halo.on(ticket, always(http(302, "", there)));
    world.begin();
    CHECK(world.get(ticket_path)->status == 302);
    world.halo.on(token, always(http(307, "", there)));
    world.world.clock.advance(1h);
    CHECK(code_of(world.get(ticket_path)) == "halo_answer_unexpected");
    CHECK(elsewhere.accepted() == 0);
}

TEST_CASE("another host drops the token, and gets nothing of the first one's", "[halo_api]")
{
    HaloWorld world;
    HaloPeer other{world.loop};
    world.halo.on(ticket, always(http(200, "{}")));
    other.on(token, always(http(200, R"({"access_token":"others"})")));
    other.on(ticket, always(http(200, "{}")));
    world.begin();
    CHECK(world.get(ticket_path).has_value());
    world.client->set_settings(HaloWorld::settings_for(other.url()));
    CHECK(world.client->view().state == State::unknown);
    CHECK_FALSE(world.client->view().token_expires.has_value());
    CHECK(world.get(ticket_path).has_value());
    CHECK(world.halo.count(ticket) == 1);
    for (const Asked& asked : other.asked()) CHECK_FALSE(asked.has("Bearer t1"));
    CHECK(other.asked().back().has("Bearer others"));
}

TEST_CASE("without an address or a secret nothing is asked", "[halo_api]")
{
    HaloWorld world;
    world.begin();
    auto cleared = HaloWorld::settings_for(world.halo.url());
    cleared.client_secret = base::Secret{};
    world.client->set_settings(std::move(cleared));
    CHECK(code_of(world.get(ticket_path)) == "halo_not_configured");
    CHECK(world.client->view().state == State::unconfigured);
    CHECK(world.halo.accepted() == 0);
}

TEST_CASE("a path that could leave the API is refused without touching the network", "[halo_api]")
{
    HaloWorld world;
    world.begin();
    for (const char* path :
         {"/../auth/token", "//evil.example/x", "/%2e%2e/auth", "https://evil.example/", ""})
        CHECK(code_of(world.get(path)) == "halo_path_refused");
    halo_api::Call put = within(1s);
    put.method = "PUT";
    CHECK(code_of(world.call(put)) == "halo_path_refused");
    CHECK(world.halo.accepted() == 0);
}

TEST_CASE("where nobody listens, HaloPSA is unreachable, and the state says since when", "[halo_api]")
{
    HaloWorld world;
    const std::string nowhere = "http://127.0.0.1:" + std::to_string(closed_port(world.loop));
    world.begin_with(HaloWorld::settings_for(nowhere));
    CHECK(code_of(world.get(ticket_path)) == "halo_unreachable");
    const halo_api::View view = world.client->view();
    CHECK(view.state == State::failing);
    CHECK(view.since == world.world.clock.wall());
    CHECK(view.last_error->text().find("refused") != std::string::npos);
}

TEST_CASE("each call is in the log with its purpose, status and error", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(http(403, R"({"error":"no right"})")));
    world.begin();
    halo_api::Call call = within(5s);
    call.purpose = halo_api::Purpose::agent;
    call.ticket = 4242;
    call.query = {{"secret", "value"}};
    CHECK(world.call(call)->status == 403);
    CHECK(world.client->counts().at(0).refused == 1);
    world.end();
    const auto page =
        world.world.read([](store::Database& db) { return *store::list_halo_calls(db, {}, {"agent"}); });
    REQUIRE(page.items.size() == 1);
    const store::HaloCall& line = page.items.front();
    CHECK(line.path == ticket_path);
    CHECK(line.ticket == 4242);
    CHECK(line.status == 403);
    CHECK(line.error_code == "halo_refused");
    CHECK(line.error_reason == "no right");
}

TEST_CASE("stopping ends every call in hand", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(""));
    world.begin();
    std::string ended;
    const auto wait = [&]() -> asio::awaitable<void> {
        const auto answer = co_await world.client->call(within(10s));
        ended = code_of(answer);
    };
    world.loop.beside(wait());
    const auto stop = [&]() -> asio::awaitable<void> {
        while (world.halo.count(ticket) == 0) {
            asio::steady_timer pause{world.loop.executor(), 1ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
        co_await world.client->stop();
        while (ended.empty()) {
            asio::steady_timer pause{world.loop.executor(), 1ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
    };
    world.loop.run(stop());
    CHECK(ended == "halo_stopped");
    CHECK(code_of(world.get(ticket_path)) == "halo_stopped");
}

TEST_CASE("a caller who is cancelled is gone at once, and its request with it", "[halo_api]")
{
    HaloWorld world;
    world.halo.on(ticket, always(""));
    world.begin();
    bool gone = false;
    asio::cancellation_signal cancel;
    const auto wait = [&]() -> asio::awaitable<void> {
        const auto answer = co_await world.client->call(within(10s));
        FAIL_CHECK("the call went on: " << code_of(answer));
    };
    asio::co_spawn(world.loop.context(), wait(),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr) { gone = true; }));
    const auto end = [&]() -> asio::awaitable<void> {
        while (world.halo.count(ticket) == 0) {
            asio::steady_timer pause{world.loop.executor(), 1ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
        cancel.emit(asio::cancellation_type::terminal);
        while (!gone) {
            asio::steady_timer pause{world.loop.executor(), 1ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
    };
    world.loop.run(end());
    world.end();
    const auto page = world.world.read([](store::Database& db) { return *store::list_halo_calls(db, {}); });
    REQUIRE(page.items.size() == 1);
    CHECK(page.items.front().error_code == "halo_stopped");
}

TEST_CASE("the test tells each step, and where it ends", "[halo_api]")
{
    HaloWorld world;
    world.halo.on("GET /api/Agent/me", always(http(200, R"({"id":9,"name":"Mizo Agent"})")));
    world.begin();
    std::vector<halo_api::TestStep> steps;
    const auto test = [&]() -> asio::awaitable<void> { steps = co_await world.client->test(); };
    world.loop.run(test());
    REQUIRE(steps.size() == 3);
    CHECK(steps.at(0).text.code == "halo_test_discovery_ok");
    CHECK(steps.at(1).text.code == "halo_test_token_ok");
    CHECK(steps.at(2).text.code == "halo_test_call_ok");

    world.halo.on(token, always(http(401, R"({"error":"invalid_client"})")));
    world.loop.run(test());
    REQUIRE(steps.size() == 2);
    CHECK_FALSE(steps.back().ok);
    CHECK(steps.back().text.code == "halo_credentials_refused");
    CHECK(steps.back().advice->code == "advice_halo_credentials");
}
