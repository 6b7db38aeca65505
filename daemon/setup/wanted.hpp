#pragma once

#include "daemon/setup/check.hpp"
#include "daemon/setup/facts.hpp"

#include <string>
#include <vector>

// What the guide wants each object in HaloPSA to be: one place for how it is judged and how it is mended.
namespace mizo::setup {

// Parts of HaloPSA's configuration that are read, and mended, each by itself; in the order in which each
// needs the others.
enum class Area {
    connection,
    agents,
    application,
    tabs,
    ticket_types,
    certificates,
    webhook,
    events,
    outcomes,
    deliveries,
};
inline constexpr std::size_t area_count = 10;

// One field of an object.
struct Field {
    std::string check; // the check that is about it: "webhook.url"
    std::string label; // HaloPSA's own name of it: "Payload URL"
    std::string found; // as people read it; empty: not set
    std::string wanted;
    std::string member;  // of the API
    json::value value{}; // as the API takes it; null: it cannot be mended over the API
    bool right = false;
    bool secret = false;                  // never shown
    std::optional<json::array> rows = {}; // the member's rows as they are: `value` is one more
    std::optional<Note> remark = {};      // instead of what was found, where it needs saying
    std::optional<Note> expected = {};
    std::optional<Note> advice = {}; // instead of the guide's step for any field
    std::vector<Copy> copy = {};
};

// One object: as the guide wants it, beside how it is.
struct Target {
    Area area{};
    std::string exists; // the check whether there is one: "webhook.exists"; empty: none asks
    std::string path;   // "/Webhook"
    std::string object; // "Webhook \"Mizo ticket webhook\""
    json::value id{};   // null: there is none
    std::vector<Field> fields;
    json::object first{}; // what is set beside the fields when it is made
    bool makeable = true; // over the API
    Note guide_new;       // the guide's step that makes one
    std::string guide;    // the code of its step for one field
    std::string link{};

    bool there() const { return !id.is_null(); }
};

Target agent_target(const Facts& facts);
Target application_target(const Facts& facts);
Target tab_target(const Facts& facts);
Target webhook_target(const Facts& facts);
Target resolve_target(const Facts& facts);
// The five events, in the guide's order.
std::vector<Target> event_targets(const Facts& facts);
// One for each chosen ticket type that HaloPSA knows.
std::vector<Target> ticket_type_targets(const Facts& facts);

// The agent that the relay is, or should be; null where none is known.
const Agent* own_agent(const Facts& facts);
const Tab* own_tab(const Facts& facts);
// Whether it has the Mizo tab; empty: not known.
std::optional<bool> has_own_tab(const Facts& facts, const TicketType& type);
const Application* own_application(const Facts& facts);
// The certificate of HaloPSA's that is one of ours and accepted, the newest of ours; null: none.
const HaloCertificate* own_halo_certificate(const Facts& facts);
const OwnCertificate* own_of_thumbprint(const Facts& facts, const std::string& thumbprint);

// Into HaloPSA's configuration, as far as its pages' addresses are known.
std::string link_to(const Facts& facts, Area area);

std::string id_text(const json::value& id);
bool same_name(std::string_view left, std::string_view right); // without regard to case and outer blanks

} // namespace mizo::setup
