#pragma once

#include "daemon/agent/asked.hpp"
#include "daemon/agent/view.hpp"
#include "daemon/base/clock.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// Whether HaloPSA did what it did not answer: what was to be made is looked for.
namespace mizo::agent {

// The list that it would be in; none: what this makes cannot be told from what others make.
std::optional<halo_api::Call> list_to_look_in(const Asked& asked);

// What is known beside the request.
struct Traces {
    base::WallTime since{};           // by HaloPSA's clock: it cannot have been made before
    std::optional<std::int64_t> self; // our agent, who would have made it
};

struct Sought {
    const json::object* made = nullptr; // as it stands in that list; null: it is not there
    // The same stands there, of an earlier time: it may be this one all the same, by a clock that is wrong.
    bool doubtful = false;
};
Sought find_made(const Asked& asked, const std::vector<json::object>& items, const Traces& traces);

// The words of a note, without markup: HaloPSA cleans HTML as it sees fit.
std::string words_of_note(std::string_view html);

} // namespace mizo::agent
