#include "daemon/store/checks.hpp"

namespace mizo::store {

std::vector<CheckRow> load_checks(Database& db)
{
    std::vector<CheckRow> rows;
    Statement load =
        db.prepare("SELECT id, verdict, since_ms, checked_ms, content FROM checks ORDER BY place");
    load.bind();
    while (load.step())
        rows.push_back({load.string(0), load.string(1), load.time(2), load.time(3), load.string(4)});
    return rows;
}

void save_checks(Database& db, const std::vector<CheckRow>& rows)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO checks (id, place, verdict, since_ms, checked_ms, content) VALUES (?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare("DELETE FROM checks").run();
    std::int64_t place = 0;
    Statement insert = db.prepare(sql);
    for (const CheckRow& row : rows)
        insert.bind(row.id, place++, row.verdict, row.since, row.checked, row.content).run();
}

} // namespace mizo::store
