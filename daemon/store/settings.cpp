#include "daemon/store/settings.hpp"

#include "daemon/store/secure_delete.hpp"

namespace mizo::store {

std::map<std::string, StoredSetting> load_settings(Database& db)
{
    std::map<std::string, StoredSetting> settings;
    Statement load = db.prepare("SELECT key, value, set_ms FROM settings");
    load.bind();
    while (load.step()) settings[load.string(0)] = {load.string(1), load.time(2)};
    return settings;
}

void set_setting(Database& db, std::string_view key, std::string_view json, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO settings (key, value, set_ms) VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_ms = excluded.set_ms
    )sql";
    db.prepare(sql).bind(key, json, now).run();
}

void clear_setting(Database& db, std::string_view key)
{
    db.prepare("DELETE FROM settings WHERE key = ?").bind(key).run();
}

std::optional<certs::Bytes> load_secret(Database& db, std::string_view name)
{
    Statement load = db.prepare("SELECT sealed FROM secrets WHERE name = ?");
    if (!load.bind(name).step()) return std::nullopt;
    return load.blob(0).copy();
}

void set_secret(Database& db, std::string_view name, certs::ByteView sealed, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO secrets (name, sealed, set_ms) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, set_ms = excluded.set_ms
    )sql";
    const SecureDelete overwrite{db};
    db.prepare(sql).bind(name, sealed, now).run();
}

void clear_secret(Database& db, std::string_view name)
{
    const SecureDelete overwrite{db};
    db.prepare("DELETE FROM secrets WHERE name = ?").bind(name).run();
}

std::optional<std::string> load_meta(Database& db, std::string_view key)
{
    Statement load = db.prepare("SELECT value FROM meta WHERE key = ?");
    if (!load.bind(key).step()) return std::nullopt;
    return load.string(0);
}

void set_meta(Database& db, std::string_view key, std::string_view value)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
    )sql";
    db.prepare(sql).bind(key, value).run();
}

void clear_meta(Database& db, std::string_view key)
{
    db.prepare("DELETE FROM meta WHERE key = ?").bind(key).run();
}

} // namespace mizo::store
