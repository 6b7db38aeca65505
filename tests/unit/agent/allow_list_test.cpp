#include "daemon/agent/asked.hpp"
#include "daemon/halo/scopes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

namespace mizo::agent {

namespace {

relay::Request get(std::string path, json::value query = nullptr)
{
    relay::Request request;
    request.rid = "5d8f2c1a-6b7e-4d3c-9f0a-1b2c3d4e5f60";
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return request;
}

relay::Request post(std::string path, std::string_view body)
{
    relay::Request request = get(std::move(path));
    request.method = "POST";
    request.body = json::parse(body);
    return request;
}

std::string refusal(const relay::Request& request, const AllowList& allow = AllowList{})
{
    const auto asked = read_request(request, allow);
    return asked ? "allowed" : asked.error().reason;
}

} // namespace

TEST_CASE("each row of the allow-list belongs to a permission of the setup guide", "[agent][allow]")
{
    for (const AllowRule& rule : allow_rules()) {
        CAPTURE(rule.permission, rule.pattern);
        const auto& guide = halo::guide_scopes;
        CHECK(std::find(guide.begin(), guide.end(), rule.permission) != guide.end());
        const bool read = rule.method == "GET";
        CHECK(read != rule.permission.starts_with("edit:"));
    }
    for (const std::string_view scope : halo::guide_scopes) {
        CAPTURE(scope);
        CHECK(std::any_of(allow_rules().begin(), allow_rules().end(),
                          [&](const AllowRule& rule) { return rule.permission == scope; }));
    }
}

TEST_CASE("what the guide's permissions are for is allowed", "[agent][allow]")
{
    for (const char* path :
         {"Tickets", "Tickets/4242", "Actions", "TicketType", "Status", "Outcome/12", "Team", "Agent/me",
          "Client/1", "Users", "Item", "Timesheet", "KBArticle/7", "Asset", "Site", "Appointment"}) {
        CAPTURE(path);
        CHECK(refusal(get(path)) == "allowed");
    }
    for (const char* path : {"Tickets", "Actions", "Client", "Users", "Item", "Timesheet", "KBArticle",
                             "Asset", "Appointment"}) {
        CAPTURE(path);
        CHECK(refusal(post(path, R"([{"id":1}])")) == "allowed");
    }
    relay::Request leave = get("Appointment/12");
    leave.method = "DELETE";
    CHECK(refusal(leave) == "allowed");
}

TEST_CASE("everything else is denied, though HaloPSA has it", "[agent][allow]")
{
    for (const char* path : {"Webhook",      "Certificate",
                             "Application",  "Tabs",
                             "Notification", "WebhookEvent",
                             "Lookup",       "Invoice",
                             "Report",       "Attachment/1",
                             "AgentImage",   "Tickets/4242/Actions",
                             "Tickets/me",   "Tickets/0",
                             "Tickets/-1",   "Tickets/04242",
                             "tickets",      "TICKETS",
                             "Agent/ME",     "Agent/me/1",
                             "Ticketss",     "Tickets/1234567890123456789"}) {
        CAPTURE(path);
        CHECK(refusal(get(path)) == "agent_not_allowed");
    }
    for (const char* path : {"Team", "Agent", "TicketType", "Status", "Outcome", "Webhook", "Tickets/4242"}) {
        CAPTURE(path);
        CHECK(refusal(post(path, R"([{"id":1}])")) == "agent_not_allowed");
    }
    for (const char* method : {"DELETE", "PUT", "PATCH", "HEAD", "get", ""}) {
        CAPTURE(method);
        relay::Request request = get("Tickets/4242");
        request.method = method;
        CHECK(refusal(request) == "agent_not_allowed");
    }
}

TEST_CASE("a path never leaves HaloPSA's API root, however it is written", "[agent][allow]")
{
    using namespace std::string_literals;
    for (const std::string& path : {""s,
                                    "/"s,
                                    "."s,
                                    ".."s,
                                    "../auth/token"s,
                                    "Tickets/../../auth"s,
                                    "Tickets/.."s,
                                    "Tickets/./1"s,
                                    "%2e%2e/auth"s,
                                    "Tickets/%2E%2e/%2e%2e/auth"s,
                                    "Tickets%2f4242"s,
                                    "%252e%252e/auth"s,
                                    "Tickets//4242"s,
                                    "/Tickets"s,
                                    "//evil.example/Tickets"s,
                                    "https://evil.example/api/Tickets"s,
                                    "http:Tickets"s,
                                    "javascript:Tickets"s,
                                    "Tickets\\..\\auth"s,
                                    "\\\\evil.example\\Tickets"s,
                                    "Tickets#x"s,
                                    "Tickets?x=1"s,
                                    "Tickets;x=1"s,
                                    "Tickets/4242\r\nX-Evil: 1"s,
                                    "Tickets\n"s,
                                    "Tickets\0/auth"s,
                                    " Tickets"s,
                                    "Tickets "s,
                                    "Tickets/"s,
                                    "@evil.example/Tickets"s,
                                    "Tickets/４２４２"s,
                                    "Tïckets"s,
                                    "Tickets\u2044..\u2044auth"s,
                                    "\uFF0E\uFF0E/auth"s,
                                    "Tickets/\xc0\xae\xc0\xae/auth"s,
                                    "Tickets/4242.json"s,
                                    "Tickets:8080"s,
                                    "Tickets/*"s,
                                    "Tickets/~root"s,
                                    "Tickets/4242\t"s,
                                    std::string(200, 'a'),
                                    std::string(100'000, '/'),
                                    "a/b/c/d/e/f/g/h/i"s}) {
        CAPTURE(path);
        CHECK(refusal(get(path)) == "agent_path_refused");
    }
}

TEST_CASE("agent.allow narrows the list, and never widens it", "[agent][allow]")
{
    const AllowList reading{{"read:tickets"}};
    CHECK(refusal(get("Tickets/1"), reading) == "allowed");
    CHECK(refusal(get("Team"), reading) == "agent_permission_off");
    CHECK(refusal(post("Actions", R"([{"ticket_id":1}])"), reading) == "agent_permission_off");
    CHECK(refusal(post("Actions", R"([{"ticket_id":1}])"), AllowList{{"all:tickets"}}) == "allowed");
    CHECK(refusal(get("Team"), AllowList{{"read:teams"}}) == "agent_permission_off");
    for (const char* word : {"none", "all", "admin", "*", "edit:webhooks"}) {
        CAPTURE(word);
        CHECK(refusal(get("Tickets/1"), AllowList{{word}}) == "agent_permission_off");
        CHECK(refusal(get("Webhook"), AllowList{{word}}) == "agent_not_allowed");
    }
}

TEST_CASE("a query is taken apart and written anew", "[agent][allow]")
{
    const auto asked = read_request(
        get("Tickets", json::parse(R"({"includedetails":true,"page_no":2,"search":"a&b=c #?","x":1.5})")),
        AllowList{});
    REQUIRE(asked.has_value());
    CHECK(asked->call.query ==
          halo_api::Query{
              {"includedetails", "true"}, {"page_no", "2"}, {"search", "a&b=c #?"}, {"x", "1.5E0"}});
    for (const char* query : {R"([])", R"("a=b")", R"({"a":{}})", R"({"a":[1]})", R"({"a":null})",
                              R"({"":"x"})", R"({"a&b":"x"})", R"({"a=b":"x"})", R"({"ä":"x"})",
                              R"({"a b":"x"})", R"({"a":"x\r\nHost: evil"})", R"({"a":"\u0000"})"}) {
        CAPTURE(query);
        CHECK(refusal(get("Tickets", json::parse(query))) == "agent_query_refused");
    }
}

TEST_CASE("a query is bounded in its members, its values and in all", "[agent][allow]")
{
    const auto members = [](int count) {
        json::object query;
        for (int i = 0; i < count; ++i) query["a" + std::to_string(i)] = 1;
        return query;
    };
    CHECK(refusal(get("Tickets", members(32))) == "allowed");
    CHECK(refusal(get("Tickets", members(33))) == "agent_query_refused");
    CHECK(refusal(get("Tickets", json::object{{"a", std::string(1'000, 'x')}})) == "allowed");
    CHECK(refusal(get("Tickets", json::object{{"a", std::string(1'001, 'x')}})) == "agent_query_refused");
    // "a=" and "&b=" make 5 of the 2,000.
    const std::string most(1'000, 'x');
    CHECK(refusal(get("Tickets", json::object{{"a", most}, {"b", most.substr(5)}})) == "allowed");
    CHECK(refusal(get("Tickets", json::object{{"a", most}, {"b", most.substr(4)}})) == "agent_query_refused");
}

TEST_CASE("a body is one object, whose names can be read in one way only", "[agent][allow]")
{
    const auto bare = read_request(post("Actions", R"({"ticket_id":"0004242","note":"x"})"), AllowList{});
    REQUIRE(bare.has_value());
    CHECK(bare->call.body == R"([{"ticket_id":"0004242","note":"x"}])");
    CHECK(bare->call.ticket == 4242);
    CHECK(read_request(post("Actions", R"([{"ticket_id":1}])"), AllowList{})->call.body ==
          R"([{"ticket_id":1}])");
    for (const char* body : {R"([])", R"("x")", R"(null)", R"([1])", R"([{},{}])", R"([[{}]])",
                             R"({"outcome":"a","Outcome":"Mizo resolve"})", R"({"a\u0000":1})",
                             R"({"\u212a":1})", R"({"":1})", R"({"a b":1})"}) {
        CAPTURE(body);
        CHECK(refusal(post("Actions", body)) == "agent_body_refused");
    }
    relay::Request reading = get("Tickets");
    reading.body = json::object{};
    CHECK(refusal(reading) == "agent_body_refused");
}

TEST_CASE("a body is bounded", "[agent][allow]")
{
    constexpr std::string_view frame = R"([{"note":""}])";
    const auto body = [&](std::size_t bytes) {
        relay::Request request = post("Actions", "{}");
        request.body = json::object{{"note", std::string(bytes - frame.size(), 'x')}};
        return request;
    };
    AskLimits limits;
    CHECK(read_request(body(limits.body_bytes), AllowList{}).has_value());
    CHECK_FALSE(read_request(body(limits.body_bytes + 1), AllowList{}).has_value());
}

TEST_CASE("what makes something new is told from what changes something", "[agent][allow]")
{
    const auto asked = [](std::string path, std::string_view body) {
        return read_request(post(std::move(path), body), AllowList{})->makes_new();
    };
    CHECK(asked("Actions", R"({"ticket_id":1})"));
    CHECK(asked("Tickets", R"({"summary":"x"})"));
    CHECK(asked("Tickets", R"({"id":0})"));
    CHECK(asked("Tickets", R"({"id":null})"));
    CHECK_FALSE(asked("Tickets", R"({"id":1})"));
    CHECK_FALSE(asked("Tickets", R"({"ID":"1"})"));
    CHECK_FALSE(read_request(get("Tickets"), AllowList{})->makes_new());
}

TEST_CASE("the ticket that a request is about is found where HaloPSA has it", "[agent][allow]")
{
    CHECK(read_request(get("Tickets/4242"), AllowList{})->call.ticket == 4242);
    CHECK(read_request(get("Actions", json::object{{"ticket_id", 7}}), AllowList{})->call.ticket == 7);
    CHECK(read_request(post("Tickets", R"({"id":9})"), AllowList{})->call.ticket == 9);
    CHECK(read_request(post("Appointment", R"({"ticket_id":3,"id":9})"), AllowList{})->call.ticket == 3);
    CHECK_FALSE(read_request(get("Client/12"), AllowList{})->call.ticket.has_value());
}

} // namespace mizo::agent
