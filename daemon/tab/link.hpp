#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mizo::tab {

// Who opened the tab, and of which ticket. HaloPSA signs the agent alone: whether the ticket may be shown is
// another question.
struct Visit {
    std::int64_t agent = 0;
    std::int64_t ticket = 0;

    bool operator==(const Visit&) const = default;
};

// What the parameters of the link are called in the template that was pasted into HaloPSA, beside the names
// that are always known. Empty: nothing beside them.
struct LinkNames {
    std::string agent;
    std::string signature;
    std::string ticket;
};

// Reads the template's names from the variables that stand behind them: "a=$LOGGEDINAGENTID" names the agent.
LinkNames names_in(std::string_view query_template);

// Checks the link's query, as it stands in the address, without "?": its signature is
// base64(HMAC-SHA256(secret, agent's number in decimal)). HaloPSA does not encode what it fills in, so "+"
// may arrive as a blank; the other base64 alphabet and missing "=" are taken as well. A parameter that stands
// twice must say the same twice.
// Errors: unavailable "tab_secret_missing"; malformed "tab_link_incomplete", "tab_link_unfilled" (detail: the
// variable that HaloPSA did not fill in), "tab_link_ambiguous", "tab_link_malformed" (detail: which
// parameter); denied "tab_link_refused" (the signature is wrong).
base::Result<Visit> verify_link(std::string_view query, std::string_view secret, const LinkNames& names = {});

} // namespace mizo::tab
