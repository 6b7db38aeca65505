#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/kinds.hpp"
#include "daemon/store/page.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::store {

// A search walks rows from the newest to the oldest, by rowid, between two bounds that indexes give. What no
// index answers is asked of each row on the way; so a page looks at no more than so many rows, and says
// where the next one goes on.
inline constexpr std::int64_t rows_looked_at = 20'000;

struct RowidBounds {
    std::int64_t from = 1;                                         // the oldest that can match
    std::int64_t below = std::numeric_limits<std::int64_t>::max(); // beyond the newest that can

    void at_least(std::int64_t rowid) { from = std::max(from, rowid); }
    void at_most(std::int64_t rowid) { below = std::min(below, rowid + 1); }
    void nothing() { below = from; }
};

// Conditions in SQL with the values of their parameters, in order.
class Conditions {
public:
    void add(std::string_view sql, const std::vector<Value>& values = {});
    // `column IN (?, …)` of the values' names; nothing for an empty list.
    template <class Kind>
    void add_one_of(std::string_view column, const std::vector<Kind>& kinds)
    {
        if (kinds.empty()) return;
        std::string sql = std::string{column} + " IN (";
        std::vector<Value> values;
        for (const Kind kind : kinds) {
            sql += values.empty() ? "?" : ", ?";
            values.emplace_back(std::string{name_of(kind)});
        }
        add(sql + ")", values);
    }
    // Each word of `q` must occur in one of the columns ("e.title, e.uuid").
    void add_words(std::string_view q, std::string_view columns);

    // All of them, "1" when there is none.
    const std::string& sql() const { return sql_; }
    const std::vector<Value>& values() const { return values_; }

private:
    std::string sql_ = "1";
    std::vector<Value> values_;
};

// What is searched. `source` is what follows FROM, with an indexed condition of its own where there is one;
// `rowid` names the column that is walked. `filter` is asked of each row.
struct Search {
    std::string source;
    std::string rowid;
    std::vector<Value> source_values;
    Conditions filter;
    RowidBounds bounds;
};

// The rowids of one page.
base::Result<Page<std::int64_t>> find_rows(Database& db, const Search& search, const PageRequest& request);

// The text of that search, for those who look at its plan.
std::string sql_of(const Search& search);

// The state of event `e` in SQL, with `s` the stream and `x` its dead letter.
inline constexpr std::string_view state_sql =
    "CASE WHEN e.seq IS NULL THEN 'unscoped' WHEN x.seq IS NOT NULL THEN 'dead' "
    "WHEN e.seq <= s.acked THEN 'acked' ELSE 'queued' END";

} // namespace mizo::store
