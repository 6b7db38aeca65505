#include "daemon/store/audit.hpp"

#include "daemon/store/cursor.hpp"

namespace mizo::store {

void add_audit(Database& db, const AuditEntry& entry)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO audit (uuid, at_ms, who, action, subject, detail, remote) VALUES (?, ?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(entry.id, entry.at, entry.who, entry.action, entry.subject, entry.detail, entry.remote)
        .run();
    db.prepare("DELETE FROM audit WHERE id <= ?").bind(db.last_rowid() - audit_limit).run();
}

base::Result<Page<AuditEntry>> list_audit(Database& db, const PageRequest& request)
{
    static constexpr std::string_view sql = R"sql(
        SELECT id, uuid, at_ms, who, action, subject, detail, remote FROM audit
        WHERE id < ? ORDER BY id DESC LIMIT ?
    )sql";
    const auto below = upper_bound_of(request);
    if (!below) return below.error();
    Page<AuditEntry> page;
    Statement load = db.prepare(sql);
    load.bind(*below, request.limit + 1);
    std::int64_t last = 0;
    while (load.step()) {
        if (static_cast<std::int64_t>(page.items.size()) == request.limit) {
            page.next_cursor = cursor_at(last);
            break;
        }
        last = load.integer(0);
        page.items.push_back({load.string(1), load.time(2), load.string(3), load.string(4), load.string(5),
                              load.string(6), load.optional_string(7)});
    }
    return page;
}

} // namespace mizo::store
