#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mizo::tab {

// A longer text is cut: what cmark needs for hostile Markdown grows faster than the text.
inline constexpr std::size_t markdown_max = 32 * 1024;

struct Rendered {
    std::string html;
    bool cut = false; // the Markdown was over the limit, and its end is missing
};

// CommonMark as HTML that is safe in a page: raw HTML is shown as text; links lead to https, http and mailto
// only, open a page of their own, and show where they lead; images are their text; headings begin at h3,
// below the section's own. Characters that turn the reading order or cannot be seen are left out.
Rendered render_markdown(std::string_view markdown);

} // namespace mizo::tab
