#include "daemon/store/search.hpp"

#include "daemon/store/cursor.hpp"
#include "daemon/store/text_search.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

std::vector<Value> values_of(const Search& search, const RowidBounds& bounds)
{
    std::vector<Value> values = search.filter.values();
    values.insert(values.end(), search.source_values.begin(), search.source_values.end());
    values.emplace_back(bounds.from);
    values.emplace_back(bounds.below);
    return values;
}

} // namespace

void Conditions::add(std::string_view sql, const std::vector<Value>& values)
{
    if (values_.empty() && sql_ == "1")
        sql_.clear();
    else
        sql_ += " AND ";
    sql_ += sql;
    values_.insert(values_.end(), values.begin(), values.end());
}

void Conditions::add_words(std::string_view q, std::string_view columns)
{
    while (!q.empty()) {
        const auto end = std::min(q.find(' '), q.size());
        if (end > 0) add("holds(?, " + std::string{columns} + ")", {Value{fold_case(q.substr(0, end))}});
        q.remove_prefix(std::min(end + 1, q.size()));
    }
}

std::string sql_of(const Search& search)
{
    return "SELECT " + search.rowid + ", (" + search.filter.sql() + ") FROM " + search.source + " AND " +
           search.rowid + " >= ? AND " + search.rowid + " < ? ORDER BY " + search.rowid + " DESC";
}

base::Result<Page<std::int64_t>> find_rows(Database& db, const Search& search, const PageRequest& request)
{
    const auto below = upper_bound_of(request);
    if (!below) return below.error();
    RowidBounds bounds = search.bounds;
    bounds.below = std::min(bounds.below, *below);
    Page<std::int64_t> page;
    if (bounds.from >= bounds.below) return page;
    Statement walk = db.prepare(sql_of(search));
    walk.bind_list(values_of(search, bounds));
    std::int64_t last = 0;
    for (std::int64_t looked_at = 0; walk.step(); ++looked_at) {
        const bool full = static_cast<std::int64_t>(page.items.size()) >= request.limit;
        if (full || looked_at == rows_looked_at) {
            page.next_cursor = cursor_at(last);
            break;
        }
        last = walk.integer(0);
        if (walk.boolean(1)) page.items.push_back(last);
    }
    return page;
}

} // namespace mizo::store
