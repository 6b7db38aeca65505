#include "daemon/store/backup.hpp"

#include "daemon/store/migrate.hpp"
#include "daemon/store/private_file.hpp"
#include "daemon/store/replace.hpp"
#include "daemon/store/stream.hpp"

#include <sqlite3.h>

#include <memory>
#include <system_error>

namespace mizo::store {

namespace {

struct BackupFinish {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

void copy_pages(Database& from, Database& to)
{
    const std::unique_ptr<sqlite3_backup, BackupFinish> backup{
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main")};
    // All at once, on the snapshot that the connection reads: in parts it would begin anew with each write.
    const int result = backup ? sqlite3_backup_step(backup.get(), -1) : sqlite3_extended_errcode(to.handle());
    if (result != SQLITE_DONE) throw Failure{result, "copying the database"};
}

base::Error not_written(const std::filesystem::path& file, const std::string& why)
{
    return base::Error{base::Errc::unavailable, "backup.write",
                       "The backup " + file.string() + " could not be written.", why};
}

DatabaseOptions plain_file(const std::filesystem::path& file)
{
    DatabaseOptions options;
    options.path = file.string();
    return options;
}

} // namespace

base::Result<BackupReport> backup_to(Database& db, const std::filesystem::path& file)
{
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return base::Error{base::Errc::conflict, "backup.exists",
                           "The file " + file.string() + " is there already."};
    if (!create_private_file(file)) return not_written(file, "it could not be created");
    try {
        Database copy{plain_file(file), Database::Journal::none};
        copy_pages(db, copy);
        return BackupReport{copy.used_bytes(), copy.version()};
    } catch (const Failure& failure) {
        std::filesystem::remove(file, error);
        return not_written(file, failure.what());
    }
}

base::Result<BackupReport> check_backup(const std::filesystem::path& file)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
        return base::Error{base::Errc::not_found, "backup.not_found",
                           "There is no file " + file.string() + "."};
    const auto damaged = [&](const std::string& why) {
        return base::Error{base::Errc::malformed, "backup.damaged",
                           "The file " + file.string() + " is no whole database of Mizo Relay.", why};
    };
    try {
        DatabaseOptions options = plain_file(file);
        options.immutable = true;
        Database db{options};
        const int version = db.version();
        if (version > newest_version()) {
            return base::Error{base::Errc::conflict, "backup.newer",
                               "The backup was made by a newer version of Mizo Relay."};
        }
        if (const std::string found = db.quick_check(); !found.empty()) return damaged(found);
        if (version == 0) return damaged("its version is 0");
        load_stream(db);
        return BackupReport{db.used_bytes(), version};
    } catch (const Failure& failure) {
        return damaged(failure.what());
    }
}

base::Result<BackupReport> restore_backup(const std::filesystem::path& backup,
                                          const std::filesystem::path& database, const std::string& epoch,
                                          base::WallTime now)
{
    const auto checked = check_backup(backup);
    if (!checked) return checked;
    // Made whole under another name first, so that a full disk changes nothing.
    finish_replacing(database);
    const std::filesystem::path fresh = fresh_database(database);
    try {
        DatabaseOptions source = plain_file(backup);
        source.immutable = true;
        Database from{source};
        if (!create_private_file(fresh)) return not_written(fresh, "it could not be created");
        {
            Database to{plain_file(fresh), Database::Journal::none};
            copy_pages(from, to);
        }
        Database to{plain_file(fresh)};
        migrate(to);
        Transaction transaction{to};
        new_epoch(to, epoch);
        // Above whatever this relay had reached since: a fence that fell would look like an older twin.
        to.prepare("UPDATE stream SET fence = max(fence, ?)").bind(base::to_ms(now) / 1000).run();
        to.run("DELETE FROM sessions");
        transaction.commit();
        if (!to.checkpoint(true)) throw Failure{SQLITE_BUSY, "moving the log into the restored database"};
    } catch (const Failure& failure) {
        discard_fresh(database);
        return not_written(fresh, failure.what());
    }
    replace_database(database, "replaced", now);
    return checked;
}

} // namespace mizo::store
