#include "daemon/store/prepare.hpp"

#include "daemon/base/environment.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/backup.hpp"
#include "daemon/store/damage_marker.hpp"
#include "daemon/store/file_stamp.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/replace.hpp"
#include "daemon/store/schema_pages.hpp"
#include "daemon/store/stream.hpp"

#include <array>
#include <fstream>
#include <system_error>

namespace mizo::store {

namespace {

// A database larger than this is looked over table by table for what is small and cannot be done without:
// the whole would hold up the start. Bodies are checked by their SHA-256 when they are read in any case.
constexpr std::int64_t check_whole_up_to = 64 * 1024 * 1024;

// SQLite's header holds the version in its bytes 60 to 63. Read by hand, so that a newer database is not
// touched; a version that is still in the log alone is seen when it is opened.
int version_in_header(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    std::array<char, 64> header{};
    if (!in.read(header.data(), header.size())) return 0;
    int version = 0;
    for (std::size_t at = 60; at < 64; ++at) version = version << 8 | static_cast<unsigned char>(header[at]);
    return version;
}

base::Error newer(int version)
{
    return base::Error{base::Errc::conflict, "store.newer",
                       "The database was written by a newer version of Mizo Relay; it was not touched.",
                       "version=" + std::to_string(version)};
}

// What is wrong with it, or empty.
std::string look_over(Database& db)
{
    if (db.used_bytes() <= check_whole_up_to) return db.quick_check();
    for (const char* table :
         {"stream", "dead_letters", "settings", "secrets", "certificates", "identity", "meta"}) {
        Statement check = db.prepare(std::string{"PRAGMA quick_check('"} + table + "')");
        check.bind().first();
        if (check.text(0) != "ok") return check.string(0);
    }
    return {};
}

// What was found in the file there is.
struct Found {
    int version = 0;
    bool damaged = false;
};

Found open_and_look(const DatabaseOptions& options)
{
    Found found;
    try {
        Database db{options};
        found.version = db.version();
        if (found.version > newest_version()) return found;
        found.damaged = !look_over(db).empty();
        if (found.damaged) return found;
        if (found.version > 0)
            load_stream(db);
        else
            found.damaged = db.scalar("SELECT count(*) FROM sqlite_schema") > 0; // none of ours
    } catch (const Failure& failure) {
        // SQLITE_ERROR: a table is missing.
        if (!failure.corrupt() && std::string_view{failure.name()} != "database") throw;
        found.damaged = true;
    }
    return found;
}

void migrate_with_copy(const DatabaseOptions& options, int from, base::WallTime now, Prepared& prepared)
{
    Database db{options};
    if (from > 0 && from < newest_version()) {
        prepared.migrated_from = from;
        prepared.backup = options.path + ".v" + std::to_string(from) + "-" + file_stamp(now);
        const std::filesystem::path copy = base::path_of(prepared.backup);
        if (!std::filesystem::exists(copy)) {
            const auto copied = backup_to(db, copy);
            if (!copied) throw std::runtime_error{copied.error().text() + " " + copied.error().detail()};
        }
    }
    migrate(db);
}

// Of a salvage that the start before this one could not end: what matters of it can still be counted.
SalvageReport report_again(const DatabaseOptions& options, const std::filesystem::path& folder)
{
    Database db{options};
    SalvageReport report;
    report.set_aside = folder.string();
    report.damage = "found by a start that was interrupted";
    report.unacked = db.scalar("SELECT next_seq - 1 - acked FROM stream");
    report.log = db.scalar("SELECT count(*) FROM events") - report.unacked;
    report.deliveries = db.scalar("SELECT count(*) FROM deliveries");
    return report;
}

} // namespace

base::Result<Prepared> prepare_database(const DatabaseOptions& options, base::Random& random,
                                        base::WallTime now)
{
    Prepared prepared;
    const std::filesystem::path path = base::path_of(options.path);
    const auto replaced = finish_replacing(path);
    prepared.created = !std::filesystem::exists(path);
    if (prepared.created) {
        // A log without its database would be dropped without a word.
        if (std::filesystem::exists(base::with_suffix(path, "-wal")) || is_marked_damaged(path))
            move_database(path, new_folder_beside(path, "corrupt", now));
        migrate_with_copy(options, 0, now, prepared);
        keep_schema_pages(options);
        return prepared;
    }
    if (const int version = version_in_header(path); version > newest_version()) {
        // Unless it is no database at all, and the number is rubbish.
        std::array<char, 16> magic{};
        std::ifstream in{path, std::ios::binary};
        in.read(magic.data(), magic.size());
        if (std::string_view{magic.data(), 15} == "SQLite format 3") return newer(version);
    }
    const Found found = open_and_look(options);
    if (!found.damaged && found.version > newest_version()) return newer(found.version);
    if (found.damaged || is_marked_damaged(path))
        prepared.salvage = salvage(options, base::uuid_v4(random), now);
    else
        migrate_with_copy(options, found.version, now, prepared);
    if (replaced && !prepared.salvage && replaced->filename().string().starts_with("corrupt"))
        prepared.salvage = report_again(options, *replaced);
    keep_schema_pages(options);
    return prepared;
}

} // namespace mizo::store
