#include "daemon/agent/automation.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace mizo::agent {

namespace {

const std::vector<HaloOutcome> outcomes{{1, "Private Note", {}}, {12, "Mizo resolve", 18},
                                        {13, "Close", 9},        {14, "Solve", 18},
                                        {15, "Wait", 4},         {16, "Email User", {}, true}};

// What stands in the way with only these switched on.
std::string missing(const char* path, const char* body, Automation on = {},
                    const std::vector<HaloOutcome>& known = outcomes)
{
    relay::Request request;
    request.method = "POST";
    request.path = path;
    request.body = json::parse(body);
    const Effects effects = effects_of(*read_request(request, AllowList{}));
    return std::string{missing_automation(effects, on, known)};
}

Automation with(bool Automation::*what)
{
    Automation on;
    on.*what = true;
    return on;
}

} // namespace

TEST_CASE("notes, and what is no ticket's, need no automation", "[agent][automation]")
{
    CHECK(missing("Actions",
                  R"({"ticket_id":1,"outcome":"Private Note","note":"x","hiddenfromuser":true})") == "");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome_id":1,"sendemail":false,"emailto":""})") == "");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome":"x","note_html":"<p>x</p>","timetaken":0.25,
        "actionisbillable":true,"emailsubject":"x","customfields":[],"attachments":[{"id":3}]})") == "");
    CHECK(missing("Tickets", R"({"summary":"new","team_id":5,"status_id":9})") == "");
    CHECK(missing("Client", R"({"id":1,"status_id":9,"agent_id":3})") == "");
}

TEST_CASE("whatever closes a ticket needs automation.resolve", "[agent][automation]")
{
    Automation others{true, true, false, true};
    for (const char* body :
         {R"({"ticket_id":1,"outcome":"Mizo resolve"})", R"({"ticket_id":1,"OUTCOME":" mizo RESOLVE "})",
          R"({"ticket_id":1,"outcome_id":12})", R"({"ticket_id":1,"outcome_id":"12"})",
          R"({"ticket_id":1,"outcome":"Close"})", R"({"ticket_id":1,"outcome_id":14})",
          R"({"ticket_id":1,"outcome":"Private Note","new_status":18})",
          R"({"ticket_id":1,"outcome":"Private Note","New_Status":"9"})",
          R"({"ticket_id":1,"outcome":"Private Note","new_status":9.0})"}) {
        CAPTURE(body);
        CHECK(missing("Actions", body, others) == "automation.resolve");
        CHECK(missing("Actions", body, with(&Automation::resolve)) == "");
    }
    for (const char* body :
         {R"({"id":1,"status_id":9})", R"({"id":1,"status_id":18})",
          R"({"id":1,"dateclosed":"2026-11-24T10:00:00Z"})", R"({"id":1,"hasbeenclosed":true})"}) {
        CAPTURE(body);
        CHECK(missing("Tickets", body, others) == "automation.resolve");
    }
}

TEST_CASE("where HaloPSA's actions cannot be read, one by its number alone may be any", "[agent][automation]")
{
    Automation others{true, true, false, true};
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome_id":1})", others, {}) == "automation.resolve");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome":"Private Note"})", others, {}) == "");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome":"Mizo resolve"})", others, {}) ==
          "automation.resolve");
}

TEST_CASE("giving a ticket to somebody needs automation.dispatch", "[agent][automation]")
{
    for (const auto& [path, body] : {std::pair{"Tickets", R"({"id":1,"agent_id":3})"},
                                     {"Tickets", R"({"id":1,"TEAM_ID":5})"},
                                     {"Actions", R"({"ticket_id":1,"outcome":"x","new_agent":3})"},
                                     {"Appointment", R"({"ticket_id":1})"}}) {
        CAPTURE(path, body);
        CHECK(missing(path, body, with(&Automation::triage)) == "automation.dispatch");
        CHECK(missing(path, body, with(&Automation::dispatch)) == "");
    }
}

TEST_CASE("any other change of a ticket needs automation.triage", "[agent][automation]")
{
    for (const auto& [path, body] :
         {std::pair{"Tickets", R"({"id":1,"priority_id":2})"},
          {"Tickets", R"({"id":1,"category_1":"x"})"},
          {"Tickets", R"({"id":1,"whatever_comes_next":1})"},
          {"Actions", R"({"ticket_id":1,"outcome":"x","new_priority":2})"},
          {"Actions", R"({"ticket_id":1,"outcome":"x","CustomFields":[{"id":7,"value":1}]})"},
          {"Actions", R"({"ticket_id":1,"outcome":"x","priority_id":2})"},
          {"Actions", R"({"ticket_id":1,"outcome":"x","whatever_comes_next":false})"},
          {"Actions", R"({"ticket_id":1,"id":4,"outcome":"x","note":"rewritten"})"}}) {
        CAPTURE(path, body);
        CHECK(missing(path, body, with(&Automation::dispatch)) == "automation.triage");
        CHECK(missing(path, body, with(&Automation::triage)) == "");
    }
}

TEST_CASE("writing to the user needs automation.request_info", "[agent][automation]")
{
    for (const char* body : {R"({"ticket_id":1,"outcome":"x","sendemail":true})",
                             R"({"ticket_id":1,"outcome":"x","SendEmail":1})",
                             R"({"ticket_id":1,"outcome":"x","emailto":"user@example.com"})"}) {
        CAPTURE(body);
        CHECK(missing("Actions", body, with(&Automation::triage)) == "automation.request_info");
        CHECK(missing("Actions", body, with(&Automation::request_info)) == "");
    }
    // An action that does so by itself.
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome":"email user"})") == "automation.request_info");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome_id":16})") == "automation.request_info");
    CHECK(missing("Actions", R"({"ticket_id":1,"outcome_id":16,"sendemail":false})") == "");
}

TEST_CASE("a status that closes nothing goes with any automation, but not with none", "[agent][automation]")
{
    constexpr const char* body = R"({"ticket_id":1,"outcome":"Private Note","new_status":4})";
    CHECK(missing("Actions", body) == "automation.triage");
    for (const auto each :
         {&Automation::triage, &Automation::dispatch, &Automation::request_info, &Automation::resolve})
        CHECK(missing("Actions", body, with(each)) == "");
}

TEST_CASE("HaloPSA is asked for its actions only where the answer turns on them", "[agent][automation]")
{
    const auto needed = [](const char* body, Automation on) {
        relay::Request request;
        request.method = "POST";
        request.path = "Actions";
        request.body = json::parse(body);
        return needs_outcomes(effects_of(*read_request(request, AllowList{})), on);
    };
    CHECK(needed(R"({"ticket_id":1,"outcome":"x"})", {}));
    CHECK(needed(R"({"ticket_id":1,"outcome_id":1})", {}));
    CHECK_FALSE(needed(R"({"ticket_id":1,"outcome":"Mizo resolve","sendemail":false})", {}));
    CHECK(needed(R"({"ticket_id":1,"outcome":"x"})", with(&Automation::resolve)));
    CHECK_FALSE(needed(R"({"ticket_id":1,"outcome":"x","sendemail":false})", with(&Automation::resolve)));
    CHECK_FALSE(needed(R"({"ticket_id":1,"outcome":"x"})", {false, false, true, true}));
}

} // namespace mizo::agent
