#include "daemon/store/cursor.hpp"

#include <charconv>

namespace mizo::store {

base::Result<std::int64_t> upper_bound_of(const PageRequest& request)
{
    if (!request.cursor) return std::numeric_limits<std::int64_t>::max();
    const std::string& text = *request.cursor;
    std::int64_t rowid = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), rowid);
    if (error != std::errc{} || stop != text.data() + text.size() || rowid <= 0)
        return base::Error{base::Errc::malformed, "cursor_invalid", "The cursor is none of this list."};
    return rowid;
}

std::string cursor_at(std::int64_t rowid)
{
    return std::to_string(rowid);
}

} // namespace mizo::store
