#pragma once

#include "daemon/base/result.hpp"
#include "daemon/relay/wire.hpp"
#include "daemon/store/insights.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::tab {

// What one insight may be; beyond this it is refused as a whole.
inline constexpr std::size_t sections_max = 40;
inline constexpr std::size_t actions_max = 20;
inline constexpr std::size_t insight_markdown_max = 256 * 1024; // of all sections together

// The insight as it is kept, its titles fit to be shown. Errors: invalid "tab_insight_malformed" (no ticket,
// or an action without a name); too_large "tab_insight_too_large".
base::Result<store::Insight> kept_form(const relay::Insight& insight, base::WallTime now);

// As the tab and the admin API show it, its Markdown rendered; `with_markdown`: its source as well. This
// takes tens of milliseconds for the largest: not for the loop's thread.
boost::json::object insight_json(const store::Insight& insight, base::WallTime now, bool with_markdown);

// The label of one of its actions; nothing where there is no such action, or the insight has expired.
std::optional<std::string> action_label(const store::Insight& insight, std::string_view action_id,
                                        base::WallTime now);

} // namespace mizo::tab
