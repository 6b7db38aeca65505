#include "daemon/store/agent_calls.hpp"

#include "daemon/store/cursor.hpp"

namespace mizo::store {

namespace {

AgentCall call_of(const Statement& row)
{
    AgentCall call;
    call.id = row.integer(0);
    call.at = row.time(1);
    call.kind = row.string(2);
    call.rid = row.string(3);
    call.method = row.optional_string(4);
    call.path = row.string(5);
    call.ticket = row.optional_integer(6);
    call.status = row.optional_integer(7);
    call.outcome = row.string(8);
    call.error = row.optional_string(9);
    call.duration = std::chrono::milliseconds{row.integer(10)};
    call.repeated = row.boolean(11);
    return call;
}

} // namespace

std::int64_t add_agent_call(Database& db, const AgentCall& call)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO agent_calls (at_ms, kind, rid, method, path, ticket, status, outcome, error, duration_ms,
            repeated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(call.at, call.kind, call.rid, call.method, call.path, call.ticket, call.status, call.outcome,
              call.error, call.duration.count(), call.repeated)
        .run();
    const std::int64_t id = db.last_rowid();
    db.prepare("DELETE FROM agent_calls WHERE id <= ?").bind(id - agent_calls_limit).run();
    return id;
}

base::Result<Page<AgentCall>> list_agent_calls(Database& db, const PageRequest& request,
                                               std::optional<std::int64_t> ticket)
{
    static constexpr std::string_view columns =
        "SELECT id, at_ms, kind, rid, method, path, ticket, status, outcome, error, duration_ms, repeated "
        "FROM agent_calls WHERE ";
    const auto below = upper_bound_of(request);
    if (!below) return below.error();
    Statement load = db.prepare(std::string{columns} + (ticket ? "ticket = ? AND " : "") +
                                "id < ? ORDER BY id DESC LIMIT ?");
    if (ticket)
        load.bind(*ticket, *below, request.limit + 1);
    else
        load.bind(*below, request.limit + 1);
    Page<AgentCall> page;
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
