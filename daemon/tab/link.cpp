#include "daemon/tab/link.hpp"

#include "certs/digest.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/web/percent.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace mizo::tab {

namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::array<std::string_view, 2> agent_names{"agentid", "agent_id"};
constexpr std::array<std::string_view, 2> signature_names{"hmac", "signature"};
constexpr std::array<std::string_view, 6> ticket_names{"ticketid", "ticket_id", "ticket",
                                                       "faultid",  "fault_id",  "requestid"};
constexpr std::size_t number_digits_max = 18;

// The three parameters of a link, each with everything that was given for it.
struct Parameters {
    std::vector<std::string> agent;
    std::vector<std::string> signature;
    std::vector<std::string> ticket;
};

struct Pair {
    std::string name; // in lower case
    std::string value;
};

Error malformed(std::string_view which)
{
    return Error{
        Errc::malformed, "tab_link_malformed",
        "The link to this tab cannot be read. Open the tab from the ticket again; if that does not help, "
        "its URL in HaloPSA must be the one that the relay's admin page shows.",
        std::string{which}};
}

Error incomplete(std::string_view which)
{
    return Error{Errc::malformed, "tab_link_incomplete",
                 "The link to this tab lacks something. Open the tab from a ticket in HaloPSA; there, \"Send "
                 "secure URL parameter\" must be on, and the URL the one that the relay's admin page shows.",
                 std::string{which}};
}

Error ambiguous(std::string_view which)
{
    return Error{
        Errc::malformed, "tab_link_ambiguous",
        "The link to this tab says two different things about the same. The tab's URL in HaloPSA must "
        "be the one that the relay's admin page shows.",
        std::string{which}};
}

// What looks like a variable of HaloPSA's; nothing else of the value is shown or kept.
Error unfilled(std::string_view value)
{
    const auto begin = value.find('$');
    auto end = begin + 1;
    while (end < value.size() && end - begin < 40 &&
           (std::isalnum(static_cast<unsigned char>(value[end])) || value[end] == '_'))
        ++end;
    return Error{
        Errc::malformed, "tab_link_unfilled",
        "HaloPSA did not fill in a variable of the tab's URL. It must be entered as the relay's admin "
        "page shows it, at a custom tab of tickets.",
        std::string{value.substr(begin, end - begin)}};
}

// Without reading "+" as a blank: in a signature it is a plus.
std::optional<std::vector<Pair>> pairs_in(std::string_view query)
{
    std::vector<Pair> pairs;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = web::percent_decoded(pair.substr(0, equals));
        auto value = web::percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value) return {};
        pairs.push_back({halo::lower_case(*name), std::move(*value)});
    }
    return pairs;
}

template <std::size_t N>
bool is_one_of(const std::string& name, const std::array<std::string_view, N>& known, const std::string& own)
{
    return std::find(known.begin(), known.end(), name) != known.end() ||
           (!own.empty() && name == halo::lower_case(own));
}

Parameters sorted(std::vector<Pair> pairs, const LinkNames& names)
{
    Parameters found;
    for (Pair& pair : pairs) {
        if (is_one_of(pair.name, agent_names, names.agent))
            found.agent.push_back(std::move(pair.value));
        else if (is_one_of(pair.name, signature_names, names.signature))
            found.signature.push_back(std::move(pair.value));
        else if (is_one_of(pair.name, ticket_names, names.ticket))
            found.ticket.push_back(std::move(pair.value));
    }
    return found;
}

// A number above zero; HaloPSA writes some with "#" and zeros in front.
std::optional<std::int64_t> number_in(std::string_view text)
{
    if (text.starts_with('#')) text.remove_prefix(1);
    while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
    if (text.empty() || text.size() > number_digits_max) return {};
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number <= 0) return {};
    return number;
}

// The one alphabet, without padding.
std::optional<std::string> signature_in(std::string text)
{
    for (char& c : text) {
        if (c == ' ' || c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (text.ends_with('=')) text.pop_back();
    return text;
}

// The one thing that all of them say.
template <class Read>
auto agreed(const std::vector<std::string>& given, std::string_view which, Read read)
    -> Result<typename std::invoke_result_t<Read, std::string>::value_type>
{
    if (given.empty()) return incomplete(which);
    for (const std::string& each : given)
        if (each.find('$') != std::string::npos) return unfilled(each);
    const auto first = read(given.front());
    for (const std::string& each : given) {
        if (each.empty()) return incomplete(which);
        const auto value = read(each);
        if (!value) return malformed(which);
        if (*value != *first) return ambiguous(which);
    }
    return *first;
}

std::string right_signature(std::string_view secret, std::int64_t agent)
{
    std::string text = certs::base64(certs::hmac_sha256(secret, std::to_string(agent)));
    while (text.ends_with('=')) text.pop_back();
    return text;
}

} // namespace

LinkNames names_in(std::string_view query_template)
{
    LinkNames names;
    const auto pairs = pairs_in(query_template);
    if (!pairs) return names;
    for (const Pair& pair : *pairs) {
        const std::string variable = halo::lower_case(pair.value);
        if (!variable.starts_with('$')) continue;
        if (variable.find("hmac") != std::string::npos)
            names.signature = pair.name;
        else if (variable.find("agent") != std::string::npos)
            names.agent = pair.name;
        else
            names.ticket = pair.name;
    }
    return names;
}

Result<Visit> verify_link(std::string_view query, std::string_view secret, const LinkNames& names)
{
    if (secret.empty())
        return Error{
            Errc::unavailable, "tab_secret_missing",
            "The relay does not know the tab's secret yet. An administrator copies it from the custom "
            "tab in HaloPSA to the relay's settings (halo.tab_secret)."};
    auto pairs = pairs_in(query);
    if (!pairs) return malformed("query");
    const Parameters given = sorted(std::move(*pairs), names);

    const auto agent = agreed(given.agent, "agent", number_in);
    if (!agent) return agent.error();
    const auto signature = agreed(given.signature, "signature", signature_in);
    if (!signature) return signature.error();
    const auto ticket = agreed(given.ticket, "ticket", number_in);
    if (!ticket) return ticket.error();
    if (!certs::equal_in_constant_time(*signature, right_signature(secret, *agent)))
        return Error{
            Errc::denied, "tab_link_refused",
            "The link to this tab is not signed with the secret that the relay knows. An administrator "
            "enters the custom tab's secret anew, in HaloPSA and in the relay's settings."};
    return Visit{*agent, *ticket};
}

} // namespace mizo::tab
