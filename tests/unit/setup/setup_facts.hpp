#pragma once

#include "daemon/halo/scopes.hpp"
#include "daemon/setup/judge.hpp"
#include "daemon/setup/read.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mizo::setup::test {

inline const std::string thumbprint(40, 'A');
inline const std::string webhook_url = "https://relay.example/webhooks/halopsa/token";
inline const std::string tab_url = "https://relay.example/tab?agentId=$LOGGEDINAGENTID&hmac=$HMAC";

template <class T>
Reading<T> seen(T value)
{
    return {Seen::read, std::move(value), ""};
}

inline Event event(std::int64_t id, std::int64_t number, std::vector<Condition> conditions = {})
{
    Event made;
    made.id = id;
    made.number = number;
    made.conditions = std::move(conditions);
    return made;
}

inline Own good_own()
{
    Own own;
    own.halo_url = "https://msp.halopsa.com";
    own.client_id = "client";
    own.client_secret = own.tab_secret = true;
    own.language = "en";
    own.webhook_url = webhook_url;
    own.webhook_auth = "x509";
    own.tab_url = tab_url;
    own.ticket_types = {1, 25};
    own.certificates = {{"own-1", thumbprint, true, false}};
    own.last_accepted = base::from_ms(1'795'514'400'000);
    for (const std::string_view scope : halo::guide_scopes) {
        own.scopes.asked.emplace_back(scope);
        own.scopes.granted.emplace_back(scope);
    }
    return own;
}

inline Webhook good_webhook()
{
    Webhook webhook;
    webhook.id = "0b1c";
    webhook.name = "Mizo ticket webhook";
    webhook.url = webhook_url;
    webhook.method = "0";
    webhook.authentication = "2";
    webhook.certificate_id = 4;
    webhook.active = true;
    return webhook;
}

inline Outcome good_outcome()
{
    Outcome outcome;
    outcome.id = 61;
    outcome.name = outcome.button = "Mizo resolve";
    outcome.status = 9;
    outcome.outside_workflows = outcome.hide_header = outcome.hide_from_user = true;
    outcome.fields = json::array{json::object{{"fieldid", 9}, {"fieldname", "Private Note"}}};
    return outcome;
}

// Everything as the guide wants it.
inline Facts good_facts()
{
    Facts facts;
    facts.own = good_own();
    facts.version = seen(std::string{"2.206"});
    Agent agent{31, "Mizo Agent", "MZ", true, false, ""};
    facts.me = seen(agent);
    facts.agents = seen(std::vector<Agent>{agent});
    Application application;
    application.id = 7;
    application.client_id = "client";
    application.name = "Mizo Agent";
    application.agent_id = 31;
    application.agent_name = "Mizo Agent";
    application.scopes_told = true;
    application.scopes = facts.own.scopes.granted;
    facts.applications = seen(std::vector<Application>{application});
    json::array tab_rows{json::object{{"iframetab_id", 21}, {"iframetab_name", "Mizo"}}};
    facts.tabs = seen(std::vector<Tab>{{21, "Mizo", "1", tab_url, true}});
    facts.ticket_types = seen(std::vector<TicketType>{{1, "Incident", false, tab_rows},
                                                      {3, "Service", false, json::array{}},
                                                      {25, "Triage", true, json::array{}}});
    facts.certificates = seen(std::vector<HaloCertificate>{{4, "Mizo", thumbprint}});
    facts.webhook = seen(std::optional{good_webhook()});
    Outcomes outcomes;
    outcomes.resolve = good_outcome();
    Outcome note{2, "Private Note", "", {}, false, {}, {}, {}, false, {}};
    Outcome email{1, "Email User", "", {}, false, {}, {}, {}, true, {}};
    outcomes.all = {note, email, good_outcome()};
    outcomes.statuses = {{1, "New"}, {8, "Resolved"}, {9, "Closed"}};
    facts.outcomes = seen(outcomes);
    Events events;
    events.kinds = {{203, "Action added by Agent"}};
    events.all = {event(41, 3), event(42, 76), event(43, 61, {{"client_id", 0, ""}}),
                  event(44, 203, {{"outcome_id", 2, ""}}), event(45, 203, {{"outcome_id", 1, ""}})};
    facts.events = seen(events);
    facts.deliveries = seen(Deliveries{{{base::from_ms(5), 200}, {base::from_ms(4), 500}}});
    facts.test_ticket = TicketResult{true, base::from_ms(9)};
    return facts;
}

inline Check check_of(const Facts& facts, std::string_view id)
{
    for (Check& check : judge(facts))
        if (check.id == id) return check;
    throw std::logic_error{"no check " + std::string{id}};
}

} // namespace mizo::setup::test
