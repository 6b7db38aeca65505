#include "daemon/store/readable_rows.hpp"

#include <algorithm>
#include <limits>

namespace mizo::store {

namespace {

// Leaps double up to this; beyond it there is nothing more.
constexpr std::int64_t farthest = std::int64_t{1} << 40;

// Appends rowids while they can be read; whether the end was reached.
bool read_on(Statement& walk, std::vector<std::int64_t>& rows)
{
    try {
        while (walk.step()) rows.push_back(walk.integer(0));
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
            if (read_on(up.bind(from), rows)) break;
            if (rows.size() > before)
                leap = 1;
            else
                leap *= 2;
            from = (rows.empty() ? 0 : rows.back()) + leap;
        }
        // What stands between the damage and the place where reading went on.
        std::vector<std::int64_t> between;
        read_on(down.bind(std::numeric_limits<std::int64_t>::max(), rows.empty() ? 0 : rows.back()), between);
        for (std::size_t at = 1; at < rows.size(); ++at)
            if (rows[at] > rows[at - 1] + 1) read_on(down.bind(rows[at], rows[at - 1]), between);
        rows.insert(rows.end(), between.begin(), between.end());
        std::ranges::sort(rows);
    } catch (const Failure& failure) {
        if (!failure.corrupt()) throw;
    }
    return rows;
}

} // namespace mizo::store
