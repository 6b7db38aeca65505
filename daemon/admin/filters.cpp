#include "daemon/admin/filters.hpp"

#include "daemon/base/time_text.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

constexpr std::size_t q_max = 200;

std::string given(const Query& query, const std::string& name)
{
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

// "created,other" as kinds; a word that is none is refused, since it would widen the answer unseen.
template <class Kind>
Checked<std::vector<Kind>> kinds_of(const Query& query, const std::string& name)
{
    std::vector<Kind> kinds;
    for (const std::string& word : words_of(given(query, name))) {
        const auto kind = store::from_name<Kind>(word);
        if (!kind) return BadRequest{"bad_request", "The parameter " + name + " has an unknown word."};
        kinds.push_back(*kind);
    }
    return kinds;
}

// What the two filters have in common.
template <class Filter>
std::optional<BadRequest> read_common(const Query& query, Filter& filter)
{
    const auto kinds = kinds_of<store::EventKind>(query, "event");
    if (!kinds) return kinds.error();
    const auto states = kinds_of<store::EventState>(query, "state");
    if (!states) return states.error();
    const auto ticket = integer_param(query, "ticket");
    if (!ticket) return ticket.error();
    const auto after = time_param(query, "after");
    if (!after) return after.error();
    const auto before = time_param(query, "before");
    if (!before) return before.error();
    filter.q = given(query, "q");
    if (filter.q.size() > q_max * 4) return BadRequest{"bad_request", "q is longer than 200 characters."};
    filter.kinds = *kinds;
    filter.states = *states;
    filter.ticket = *ticket;
    filter.after = *after;
    filter.before = *before;
    return {};
}

} // namespace

Checked<store::DeliveryFilter> delivery_filter(const Query& query)
{
    store::DeliveryFilter filter;
    const auto outcomes = kinds_of<store::Outcome>(query, "outcome");
    if (!outcomes) return outcomes.error();
    filter.outcomes = *outcomes;
    if (auto bad = read_common(query, filter)) return std::move(*bad);
    return filter;
}

Checked<store::EventFilter> event_filter(const Query& query)
{
    store::EventFilter filter;
    const auto origins = kinds_of<store::Origin>(query, "origin");
    if (!origins) return origins.error();
    filter.origins = *origins;
    if (auto bad = read_common(query, filter)) return std::move(*bad);
    return filter;
}

Checked<store::EventFilter> event_filter(const json::object& object)
{
    static constexpr std::array<std::string_view, 7> members{"state", "event",  "ticket", "origin",
                                                             "after", "before", "q"};
    Query query;
    for (const auto& [name, value] : object) {
        const std::string_view known = name;
        if (std::find(members.begin(), members.end(), known) == members.end())
            return BadRequest{"invalid_json", "The filter has an unknown member."};
        if (known == "ticket" && value.is_int64())
            query.emplace(known, std::to_string(value.get_int64()));
        else if (known != "ticket" && value.is_string())
            query.emplace(known, value.get_string());
        else
            return BadRequest{"invalid_json", "A member of the filter has the wrong type."};
    }
    return event_filter(query);
}

} // namespace mizo::admin
