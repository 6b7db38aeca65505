#include "daemon/store/readable_rows.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

// Leaps double up to this; beyond it there is nothing more. A time in milliseconds can be a rowid.
constexpr std::int64_t farthest = std::int64_t{1} << 52;

// Rowids between these two, neither of them included.
struct Span {
    std::int64_t above;
    std::int64_t below;
};

// Appends rowids while they can be read; whether the end was reached. A damaged tree may lead to rows out of
// order, and to the same ones for ever: what does not come after the last one ends the walk like damage does.
bool read_on(Statement& walk, Span span, bool rising, std::vector<std::int64_t>& rows)
{
    try {
        while (walk.step()) {
            const std::int64_t row = walk.integer(0);
            if (row <= span.above || row >= span.below) return false;
            (rising ? span.above : span.below) = row;
            rows.push_back(row);
        }
        return true;
    } catch (const Failure& failure) {
        if (!failure.corrupt()) throw;
        return false;
    }
}

} // namespace

std::vector<std::int64_t> readable_rows(Database& db, const std::string& table)
{
    std::vector<std::int64_t> rows;
    try {
        Statement up = db.prepare("SELECT rowid FROM " + table + " WHERE rowid >= ? ORDER BY rowid");
        Statement down =
            db.prepare("SELECT rowid FROM " + table + " WHERE rowid < ? AND rowid > ? ORDER BY rowid DESC");
        std::int64_t from = 1;
        for (std::int64_t leap = 1; leap < farthest;) {
            const std::size_t before = rows.size();
            if (read_on(up.bind(from), {from - 1, farthest}, true, rows)) break;
            if (rows.size() > before)
                leap = 1;
            else
                leap *= 2;
            from = (rows.empty() ? 0 : rows.back()) + leap;
        }
        // What stands between the damage and the place where reading went on.
        std::vector<std::int64_t> between;
        const auto read_back = [&](Span span) {
            read_on(down.bind(span.below, span.above), span, false, between);
        };
        read_back({rows.empty() ? 0 : rows.back(), farthest});
        for (std::size_t at = 1; at < rows.size(); ++at)
            if (rows[at] > rows[at - 1] + 1) read_back({rows[at - 1], rows[at]});
        rows.insert(rows.end(), between.begin(), between.end());
        std::ranges::sort(rows);
    } catch (const Failure& failure) {
        if (!failure.corrupt()) throw;
    }
    return rows;
}

} // namespace mizo::store
