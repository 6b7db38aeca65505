#include "daemon/app/storage.hpp"

#include "certs/random.hpp"
#include "daemon/app/startup.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/custody/sealing_key_file.hpp"
#include "daemon/store/settings.hpp"
#include "daemon/store/stream.hpp"

namespace mizo::app {

namespace {

constexpr std::size_t token_bytes = 16; // 128 random bits

void report(const store::Prepared& prepared, const base::Logger& log)
{
    if (prepared.created) log.info("database made");
    if (prepared.migrated_from > 0)
        log.info("database migrated",
                 {{"from", std::to_string(prepared.migrated_from)}, {"backup", prepared.backup}});
    if (!prepared.salvage) return;
    const store::SalvageReport& salvage = *prepared.salvage;
    log.error("the database was damaged and has been set aside; what was whole has been taken over",
              {{"set_aside", salvage.set_aside},
               {"damage", salvage.damage},
               {"waiting_events", std::to_string(salvage.unacked)},
               {"other_events", std::to_string(salvage.log)},
               {"damaged_rows", std::to_string(salvage.damaged)}});
}

// The facts of this start, written before anything else is done with the database.
void begin(store::Database& db, Storage& storage, const StorageParts& parts)
{
    store::Transaction transaction{db};
    const base::WallTime now = parts.clock.wall();
    storage.boot_id = base::uuid_v4(parts.random);
    storage.fence = store::begin_boot(db, {storage.boot_id, parts.version}, now);
    const auto token = store::load_meta(db, "webhook.token");
    storage.webhook_token = token ? *token : certs::random_token(token_bytes);
    if (!token) store::set_meta(db, "webhook.token", storage.webhook_token);
    transaction.commit();
}

} // namespace

base::Result<std::unique_ptr<Storage>> open_storage(const std::filesystem::path& data_dir, StorageParts parts)
{
    auto storage = std::make_unique<Storage>();
    if (const auto ready = prepare_data_dir(data_dir); !ready) return ready.error();
    auto lock = store::InstanceLock::take(data_dir / "lock");
    if (!lock) return lock.error();
    storage->lock = std::move(*lock);
    auto key = custody::load_sealing_key(data_dir);
    if (!key) return key.error();
    storage->sealing_key.emplace(std::move(*key));

    store::DatabaseOptions database;
    database.path = (data_dir / "relay.db").string();
    storage->database_path = database.path;
    auto prepared = store::prepare_database(database, parts.random, parts.clock.wall());
    if (!prepared) return prepared.error();
    storage->prepared = std::move(*prepared);
    report(storage->prepared, {parts.log, "store"});
    {
        store::Database db{database};
        begin(db, *storage, parts);
    }
    store::WriterOptions writer;
    writer.database = database;
    writer.reserve.path = data_dir / "reserve";
    storage->writer = std::make_unique<store::Writer>(std::move(writer), parts.clock, parts.log);
    store::ReadersOptions readers;
    readers.database = database;
    storage->readers = std::make_unique<store::Readers>(std::move(readers));
    return storage;
}

} // namespace mizo::app
