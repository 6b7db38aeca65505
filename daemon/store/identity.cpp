#include "daemon/store/identity.hpp"

#include "daemon/store/secure_delete.hpp"

namespace mizo::store {

std::optional<Identity> load_identity(Database& db)
{
    Statement load = db.prepare("SELECT relay_id, connect_url, sealed_key, kid, enrolled_ms FROM identity");
    if (!load.bind().step()) return std::nullopt;
    return Identity{load.string(0), load.string(1), load.blob(2).copy(), load.string(3), load.time(4)};
}

void set_identity(Database& db, const Identity& identity)
{
    static constexpr std::string_view sql = R"sql(
        INSERT OR REPLACE INTO identity (only_row, relay_id, connect_url, sealed_key, kid, enrolled_ms)
        VALUES (1, ?, ?, ?, ?, ?)
    )sql";
    const SecureDelete overwrite{db};
    db.prepare(sql)
        .bind(identity.relay_id, identity.connect_url, identity.sealed_key, identity.kid, identity.enrolled)
        .run();
}

void forget_identity(Database& db)
{
    const SecureDelete overwrite{db};
    db.prepare("DELETE FROM identity").bind().run();
}

} // namespace mizo::store
