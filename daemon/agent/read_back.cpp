#include "daemon/agent/read_back.hpp"

#include "daemon/agent/outcomes.hpp"
#include "daemon/halo/fields.hpp"

#include <array>

namespace mizo::agent {

namespace {

constexpr std::size_t text_bytes = 64 * 1024;
// The clock that stamps may be behind the one that HaloPSA's answers tell. The same words with the same
// action within it are the same act.
constexpr std::chrono::minutes clocks_differ{10};
// A clock that is wrong, or a local time without its zone, is behind by so much at most.
constexpr std::chrono::hours doubtful_within{24};

std::string text_in(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        const json::value* value = member_of(object, name);
        if (value && value->is_string() && !value->get_string().empty())
            return halo::cut_text(value->get_string(), text_bytes);
    }
    return {};
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view name)
{
    const json::value* value = member_of(object, name);
    return value == nullptr ? std::nullopt : halo::whole_number(*value);
}

// Both say it, and not the same.
bool differ(const json::object& asked, const json::object& made, std::string_view name)
{
    const auto left = number_in(asked, name);
    const auto right = number_in(made, name);
    return left && right && *left != *right;
}

// By its own time; what has none was not made before.
std::chrono::milliseconds made_before(const json::object& made, std::initializer_list<std::string_view> names,
                                      const Traces& traces)
{
    const halo::Fields fields{made};
    for (const std::string_view name : names)
        if (const auto at = fields.time(name)) return traces.since - *at;
    return std::chrono::milliseconds{0};
}

bool is_anothers(const json::object& made, const Traces& traces)
{
    const auto who = halo::Fields{made}.first_number({"who_agentid", "actionby_agent_id"});
    return who && traces.self && *who != *traces.self;
}

bool is_same_action(const json::object& asked, const json::object& made)
{
    if (differ(asked, made, "outcome_id")) return false;
    const std::string outcome = text_in(asked, {"outcome"});
    const std::string made_outcome = text_in(made, {"outcome"});
    if (!outcome.empty() && !made_outcome.empty() &&
        halo::lower_case(halo::trimmed(outcome)) != halo::lower_case(halo::trimmed(made_outcome)))
        return false;
    const std::string note = words_of_note(text_in(asked, {"note_html", "note"}));
    return note == words_of_note(text_in(made, {"note_html", "note"})) ||
           note == words_of_note(text_in(made, {"note"}));
}

bool is_same_ticket(const json::object& asked, const json::object& made)
{
    const std::string summary = words_of_note(text_in(asked, {"summary"}));
    if (summary.empty() || summary != words_of_note(text_in(made, {"summary"}))) return false;
    return !differ(asked, made, "tickettype_id") && !differ(asked, made, "client_id") &&
           !differ(asked, made, "user_id");
}

std::string without_tags(std::string_view html)
{
    std::string out;
    bool inside = false;
    for (const char c : html) {
        if (c == '<') inside = true;
        if (!inside) out += c;
        if (c != '>' || !inside) continue;
        inside = false;
        out += ' ';
    }
    return out;
}

std::string without_entities(std::string text)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> entities{{{"&nbsp;", " "},
                                                                                            {"&lt;", "<"},
                                                                                            {"&gt;", ">"},
                                                                                            {"&quot;", "\""},
                                                                                            {"&#39;", "'"},
                                                                                            {"&#160;", " "},
                                                                                            {"&amp;", "&"}}};
    for (const auto& [entity, meaning] : entities)
        for (auto at = text.find(entity); at != std::string::npos;
             at = text.find(entity, at + meaning.size()))
            text.replace(at, entity.size(), meaning);
    return text;
}

} // namespace

std::string words_of_note(std::string_view html)
{
    return halo::clean_text(without_entities(without_tags(html)), text_bytes);
}

std::optional<halo_api::Call> list_to_look_in(const Asked& asked)
{
    halo_api::Call call;
    call.purpose = halo_api::Purpose::agent;
    call.ticket = asked.call.ticket;
    if (asked.posts_to("/Actions") && asked.call.ticket) {
        call.path = "/Actions";
        call.query = {{"ticket_id", std::to_string(*asked.call.ticket)}, {"count", "50"}};
        return call;
    }
    if (asked.posts_to("/Tickets") && asked.makes_new() && !text_in(asked.object, {"summary"}).empty()) {
        call.path = "/Tickets";
        call.query = {{"pageinate", "true"},
                      {"page_size", "50"},
                      {"page_no", "1"},
                      {"order", "id"},
                      {"orderdesc", "true"}};
        if (const auto client = number_in(asked.object, "client_id"))
            call.query.emplace_back("client_id", std::to_string(*client));
        return call;
    }
    return {};
}

Sought find_made(const Asked& asked, const std::vector<json::object>& items, const Traces& traces)
{
    const bool action = asked.posts_to("/Actions");
    Sought sought;
    for (const json::object& item : items) {
        const bool same = action ? !is_anothers(item, traces) && is_same_action(asked.object, item)
                                 : is_same_ticket(asked.object, item);
        if (!same) continue;
        const auto before = action
                                ? made_before(item, {"datetime", "actiondatecreated", "date"}, traces)
                                : made_before(item, {"datecreated", "dateoccurred", "dateoccured"}, traces);
        if (before <= clocks_differ) return {&item};
        sought.doubtful = sought.doubtful || before <= doubtful_within;
    }
    return sought;
}

} // namespace mizo::agent
