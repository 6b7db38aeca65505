#include "daemon/store/agent_keys.hpp"

#include "certs/digest.hpp"

namespace mizo::store {

std::optional<AgentKey> load_agent_key(Database& db, const KeyedRequest& asked, base::WallTime since)
{
    static constexpr std::string_view sql = R"sql(
        SELECT request = ?, begun_ms, answer FROM agent_keys WHERE key = ? AND begun_ms >= ?
    )sql";
    Statement load = db.prepare(sql);
    if (!load.bind(certs::sha256(asked.request), certs::sha256(asked.key), since).step()) return std::nullopt;
    return AgentKey{load.boolean(0), load.time(1), load.optional_string(2)};
}

void begin_agent_key(Database& db, const KeyedRequest& asked, base::WallTime now)
{
    // A new row, so that rows stay in the order of time.
    forget_agent_key(db, asked.key);
    db.prepare("INSERT INTO agent_keys (key, request, begun_ms) VALUES (?, ?, ?)")
        .bind(certs::sha256(asked.key), certs::sha256(asked.request), now)
        .run();
    db.prepare("DELETE FROM agent_keys WHERE id <= ?").bind(db.last_rowid() - agent_keys_limit).run();
}

void answer_agent_key(Database& db, std::string_view key, std::string_view answer)
{
    db.prepare("UPDATE agent_keys SET answer = ? WHERE key = ?").bind(answer, certs::sha256(key)).run();
}

void forget_agent_key(Database& db, std::string_view key)
{
    db.prepare("DELETE FROM agent_keys WHERE key = ?").bind(certs::sha256(key)).run();
}

} // namespace mizo::store
