#include "daemon/store/halo_calls.hpp"

#include "daemon/store/cursor.hpp"

namespace mizo::store {

namespace {

HaloCall call_of(const Statement& row)
{
    HaloCall call;
    call.id = row.integer(0);
    call.at = row.time(1);
    call.purpose = row.string(2);
    call.method = row.string(3);
    call.path = row.string(4);
    call.ticket = row.optional_integer(5);
    call.status = row.optional_integer(6);
    call.error_code = row.optional_string(7);
    call.error_reason = row.optional_string(8).value_or("");
    call.duration = std::chrono::milliseconds{row.integer(9)};
    call.waited = std::chrono::milliseconds{row.integer(10)};
    return call;
}

} // namespace

void add_halo_call(Database& db, const HaloCall& call)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO halo_calls (at_ms, purpose, method, path, ticket, status, error_code, error_reason,
            duration_ms, waited_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(call.at, call.purpose, call.method, call.path, call.ticket, call.status, call.error_code,
              call.error_reason, call.duration.count(), call.waited.count())
        .run();
    db.prepare("DELETE FROM halo_calls WHERE id <= ?").bind(db.last_rowid() - halo_calls_limit).run();
}

base::Result<Page<HaloCall>> list_halo_calls(Database& db, const PageRequest& request,
                                             const HaloCallFilter& filter)
{
    static constexpr std::string_view columns =
        "SELECT id, at_ms, purpose, method, path, ticket, status, error_code, error_reason, duration_ms, "
        "waited_ms FROM halo_calls WHERE ";
    const auto below = upper_bound_of(request);
    if (!below) return below.error();
    std::string sql{columns};
    std::vector<Value> values;
    if (filter.purpose) {
        sql += "purpose = ? AND ";
        values.emplace_back(*filter.purpose);
    }
    if (filter.ticket) {
        sql += "ticket = ? AND ";
        values.emplace_back(*filter.ticket);
    }
    values.emplace_back(*below);
    values.emplace_back(request.limit + 1);
    Statement load = db.prepare(sql + "id < ? ORDER BY id DESC LIMIT ?");
    load.bind_list(values);
    Page<HaloCall> page;
    while (load.step()) {
        if (static_cast<std::int64_t>(page.items.size()) == request.limit) {
            page.next_cursor = cursor_at(page.items.back().id);
            break;
        }
        page.items.push_back(call_of(load));
    }
    return page;
}

} // namespace mizo::store
