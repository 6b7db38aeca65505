#include "daemon/store/accounts.hpp"

namespace mizo::store {

std::optional<Account> load_account(Database& db)
{
    Statement load = db.prepare("SELECT password_hash, set_ms FROM account");
    if (!load.bind().step()) return std::nullopt;
    return Account{load.string(0), load.time(1)};
}

void set_password(Database& db, const std::string& hash, base::WallTime now)
{
    db.prepare("INSERT OR REPLACE INTO account (only_row, password_hash, set_ms) VALUES (1, ?, ?)")
        .bind(hash, now)
        .run();
    end_all_sessions(db);
}

SignInFailures load_sign_in_failures(Database& db)
{
    Statement load = db.prepare("SELECT count, last_ms FROM sign_in_failures");
    if (!load.bind().step()) return {};
    return {load.integer(0), load.time(1)};
}

void count_sign_in_failure(Database& db, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO sign_in_failures (only_row, count, last_ms) VALUES (1, 1, ?)
        ON CONFLICT (only_row) DO UPDATE SET count = count + 1, last_ms = excluded.last_ms
    )sql";
    db.prepare(sql).bind(now).run();
}

void clear_sign_in_failures(Database& db)
{
    db.prepare("DELETE FROM sign_in_failures").bind().run();
}

void insert_session(Database& db, const SessionRow& session)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO sessions (id_hash, csrf, created_ms, last_seen_ms, authenticated_ms, remote)
        VALUES (?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(session.id_hash, session.csrf, session.created, session.last_seen, session.authenticated,
              session.remote)
        .run();
}

std::optional<SessionRow> find_session(Database& db, certs::ByteView id_hash)
{
    static constexpr std::string_view sql = R"sql(
        SELECT csrf, created_ms, last_seen_ms, authenticated_ms, remote FROM sessions WHERE id_hash = ?
    )sql";
    Statement load = db.prepare(sql);
    if (!load.bind(id_hash).step()) return std::nullopt;
    return SessionRow{id_hash.copy(), load.string(0), load.time(1),
                      load.time(2),   load.time(3),   load.string(4)};
}

void touch_session(Database& db, certs::ByteView id_hash, base::WallTime seen)
{
    db.prepare("UPDATE sessions SET last_seen_ms = ? WHERE id_hash = ?").bind(seen, id_hash).run();
}

void end_session(Database& db, certs::ByteView id_hash)
{
    db.prepare("DELETE FROM sessions WHERE id_hash = ?").bind(id_hash).run();
}

void end_all_sessions(Database& db)
{
    db.prepare("DELETE FROM sessions").bind().run();
}

std::int64_t prune_sessions(Database& db, base::WallTime created_before, base::WallTime seen_before)
{
    db.prepare("DELETE FROM sessions WHERE created_ms < ? OR last_seen_ms < ?")
        .bind(created_before, seen_before)
        .run();
    return db.changes();
}

} // namespace mizo::store
