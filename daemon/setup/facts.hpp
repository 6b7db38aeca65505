#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What is known at one instant: of HaloPSA, as far as its API let us look, and of this relay.
namespace mizo::setup {

namespace json = boost::json;

enum class Seen { not_read, read, no_rights, failed };

// One thing that was asked of HaloPSA.
template <class T>
struct Reading {
    Seen seen = Seen::not_read;
    T value{};
    std::string reason{}; // of no_rights and failed, in words for people

    bool ok() const { return seen == Seen::read; }
};

struct Agent {
    std::int64_t id = 0;
    std::string name;
    std::string initials;
    std::optional<bool> api_only;
    bool disabled = false;
    std::string team; // the default one; empty: none
};

struct Application {
    json::value id; // as HaloPSA writes it
    std::string name;
    std::string client_id;
    std::optional<std::int64_t> agent_id;
    std::string agent_name;
    bool inactive = false;
    std::vector<std::string> scopes;
    bool scopes_told = false;
    json::array scope_rows; // as they were read: what is not ours stays
};

struct TicketType {
    std::int64_t id = 0;
    std::string name;
    std::optional<bool> all_tabs;
    std::optional<json::array> tabs; // allowed_iframe_customtabs; empty: not told
};

struct Tab {
    json::value id;
    std::string name;
    std::string type; // a number or a word; empty: not told
    std::string url;
    std::optional<bool> secure;
};

struct HaloCertificate {
    json::value id;
    std::string name;
    std::string thumbprint; // upper-case hex
};

struct Webhook {
    json::value id; // a guid
    std::string name;
    std::string url;
    std::string method;         // a number or a word; empty: not told
    std::string authentication; // likewise
    json::value certificate_id;
    std::string certificate_name;
    std::optional<bool> active;
    bool disabled = false;
    std::optional<base::WallTime> auto_disabled;
};

// The rule by which a webhook's event is sent.
struct Condition {
    std::string field; // in lower case
    std::optional<std::int64_t> number;
    std::string text;
};

struct Event {
    json::value id;
    std::optional<std::int64_t> number; // eventno
    std::string name;
    std::vector<Condition> conditions;
};

// An event that HaloPSA offers, of Lookup 64.
struct EventKind {
    std::int64_t number = 0;
    std::string name;
};

struct Outcome {
    std::int64_t id = 0;
    std::string name;
    std::string button;
    std::optional<std::int64_t> status; // after it; 0 and below: it stays
    bool hidden = false;
    std::optional<bool> outside_workflows;
    std::optional<bool> hide_header;
    std::optional<bool> hide_from_user;
    bool sends_email = false;
    std::optional<json::array> fields;
};

struct Status {
    std::int64_t id = 0;
    std::string name;
};

struct Delivery {
    std::optional<base::WallTime> at;
    std::optional<std::int64_t> answered; // the response's status
};

struct Deliveries {
    std::vector<Delivery> newest; // newest first
};

struct Events {
    std::vector<Event> all;
    std::vector<EventKind> kinds;
};

struct Outcomes {
    std::vector<Outcome> all;       // without `fields`
    std::optional<Outcome> resolve; // "Mizo resolve", exactly so, with its details
    std::vector<Status> statuses;   // empty: not read
};

struct Scopes {
    std::vector<std::string> asked;
    std::vector<std::string> granted; // empty: no token yet
};

struct OwnCertificate {
    std::string id;
    std::string thumbprint; // upper-case hex
    bool accepted = false;
    bool available = false; // its PFX can still be had
};

// This relay's own side.
struct Own {
    std::string halo_url;
    std::string client_id;
    bool client_secret = false;
    bool tab_secret = false;
    std::string language;
    std::string webhook_url;
    std::string webhook_auth; // x509, hmac, basic
    std::string tab_url;
    std::vector<std::int64_t> ticket_types;
    std::vector<std::int64_t> assignable_types;
    std::vector<std::string> automations;     // those that are on
    std::vector<OwnCertificate> certificates; // newest first, without those that are over
    std::optional<base::WallTime> last_accepted;
    Scopes scopes;
};

// How the test ticket ended.
struct TicketResult {
    bool ok = false;
    base::WallTime at{};
    bool operator==(const TicketResult&) const = default;
};

struct Facts {
    Own own;
    Reading<std::string> version; // of HaloPSA; asked first: it tells whether the API answers
    bool credentials_refused = false;
    Reading<Agent> me;
    Reading<std::vector<Agent>> agents;
    Reading<std::vector<Application>> applications;
    Reading<std::vector<TicketType>> ticket_types;
    Reading<std::vector<Tab>> tabs;
    Reading<std::vector<HaloCertificate>> certificates;
    Reading<std::optional<Webhook>> webhook;
    Reading<Events> events;
    Reading<Deliveries> deliveries;
    Reading<Outcomes> outcomes;
    std::optional<TicketResult> test_ticket;
};

// Leaves of it what was not read of HaloPSA, and the answer to the first question.
inline void forget_halo(Facts& facts)
{
    Facts left;
    left.own = std::move(facts.own);
    left.version = std::move(facts.version);
    left.credentials_refused = facts.credentials_refused;
    left.test_ticket = facts.test_ticket;
    facts = std::move(left);
}

} // namespace mizo::setup
