#include "daemon/agent/outcomes.hpp"

#include "daemon/halo/fields.hpp"

#include <algorithm>

namespace mizo::agent {

namespace {

constexpr std::size_t name_bytes = 200;

std::string plain(std::string_view name)
{
    return halo::lower_case(halo::trimmed(name));
}

} // namespace

std::vector<HaloOutcome> outcomes_in(const std::vector<boost::json::object>& items)
{
    std::vector<HaloOutcome> outcomes;
    for (const boost::json::object& item : items) {
        const halo::Fields fields{item};
        HaloOutcome outcome;
        outcome.id = fields.number("id").value_or(0);
        outcome.name = fields.first_text({"outcome", "name", "buttonname"}, name_bytes);
        outcome.new_status = fields.first_number({"newstatus", "new_status"});
        outcome.mails = fields.flag("sendemail").value_or(false);
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

const HaloOutcome* find_outcome(const std::vector<HaloOutcome>& outcomes, std::string_view name)
{
    const std::string wanted = plain(name);
    const auto found = std::find_if(outcomes.begin(), outcomes.end(),
                                    [&](const HaloOutcome& each) { return plain(each.name) == wanted; });
    return found == outcomes.end() ? nullptr : &*found;
}

const HaloOutcome* find_outcome(const std::vector<HaloOutcome>& outcomes, std::int64_t id)
{
    const auto found = std::find_if(outcomes.begin(), outcomes.end(),
                                    [&](const HaloOutcome& each) { return each.id == id; });
    return found == outcomes.end() ? nullptr : &*found;
}

bool is_resolve(std::string_view name)
{
    return plain(name) == plain(resolve_action);
}

} // namespace mizo::agent
