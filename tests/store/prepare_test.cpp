#include "daemon/base/random.hpp"
#include "daemon/store/backup.hpp"
#include "daemon/store/certificates.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/identity.hpp"
#include "daemon/store/instance_lock.hpp"
#include "daemon/store/metrics_history.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/prepare.hpp"
#include "daemon/store/settings.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <random>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::Errc;

namespace {

mizo::base::SystemRandom system_random;

Prepared prepare(const TemporaryFolder& folder)
{
    return prepare_database(options_in(folder), system_random, noon).value();
}

CertificateRow certificate_of(const std::string& id)
{
    CertificateRow row;
    row.id = id;
    row.thumbprint = "AB12";
    row.state = "pending";
    row.profile = "compatible";
    row.created = noon;
    row.pem = "pem";
    row.sealed_key = mizo::certs::Bytes(2000, 'K');
    row.sealed_pfx = mizo::certs::Bytes(3000, 'P');
    row.sealed_password = mizo::certs::Bytes(60, 'W');
    return row;
}

// A closed database with 300 events of which 100 are acked, and what the admin set.
void make_store(const TemporaryFolder& folder)
{
    prepare(folder);
    Database db{options_in(folder)};
    Transaction transaction{db};
    for (std::int64_t number = 1; number <= 300; ++number) record_delivery(db, delivery_of(number), noon);
    (void)mark_acked(db, {100, "session", {}}, noon);
    begin_boot(db, {"boot", "1.0"}, noon);
    set_setting(db, "store.body_days", "7", noon);
    insert_certificate(db, certificate_of("certificate"));
    set_identity(db, {"relay", "wss://cloud.example/link/v1/connect", {1, 2, 3}, "kid", noon});
    transaction.commit();
    db.checkpoint(true);
}

// Changes the store as damage would: past what its tables allow, and what the program can do.
void damage(const TemporaryFolder& folder, const std::string& sql)
{
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open((folder / "relay.db").c_str(), &handle) == SQLITE_OK);
    CHECK(sqlite3_exec(handle, ("PRAGMA ignore_check_constraints = ON; " + sql).c_str(), nullptr, nullptr,
                       nullptr) == SQLITE_OK);
    sqlite3_close(handle);
}

struct Files {
    std::string database;
    std::string schema;
};
Files files_of_a_store()
{
    const TemporaryFolder folder;
    make_store(folder);
    return {read_file(folder / "relay.db"), read_file(folder / "relay.db.schema")};
}

// What can be sent now is right byte for byte, and the store takes more.
void check_takes_more(Database& db)
{
    CHECK(db.quick_check().empty());
    const Stream stream = load_stream(db);
    const auto events = load_events(db, stream.acked + 1, {1'000'000, 1'000'000'000});
    CHECK(static_cast<std::int64_t>(events.size()) == stream.next_seq - 1 - stream.acked);
    for (const OutgoingEvent& event : events) {
        if (event.body_state != BodyState::whole) continue;
        // The body tells its number: it is the one of that event's id.
        const std::int64_t number = std::stoll(event.id.substr(24));
        if (number > 300) continue; // the one flipped bit is in the id, which has no check of its own
        CHECK(*event.body == delivery_of(number).body);
    }
    Transaction transaction{db};
    CHECK(record_delivery(db, delivery_of(9999), noon).outcome == Outcome::accepted);
    transaction.commit();
}

} // namespace

TEST_CASE("a first start makes a database of the newest version", "[store][prepare]")
{
    const TemporaryFolder folder;
    const Prepared prepared = prepare(folder);
    CHECK(prepared.created);
    CHECK_FALSE(prepared.salvage);
    Database db{options_in(folder)};
    CHECK(db.version() == newest_version());
    CHECK_FALSE(prepare(folder).created);
}

TEST_CASE("an older database is copied first and then migrated", "[store][prepare]")
{
    const TemporaryFolder folder;
    {
        Database db{options_in(folder)};
        migrate(db, mizo::embedded::migrations().first(1));
        record_delivery(db, delivery_without_ticket(1), noon);
    }
    const Prepared prepared = prepare(folder);
    CHECK(prepared.migrated_from == 1);
    CHECK(check_backup(prepared.backup)->version == 1);
    Database db{options_in(folder)};
    CHECK(db.version() == newest_version());
    CHECK(load_events(db, 1).size() == 1);
}

TEST_CASE("a step of a migration that fails leaves the last good version", "[store][prepare]")
{
    const TemporaryFolder folder;
    Database db{options_in(folder)};
    const std::vector<mizo::embedded::File> files{{"0001_a.sql", "CREATE TABLE a (x) "},
                                                  {"0002_b.sql", "CREATE TABLE b (x); CREATE TABLE a (x)"}};
    CHECK_THROWS_AS(migrate(db, files), Failure);
    CHECK(db.version() == 1);
    CHECK(db.scalar("SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE("a newer database is refused and not touched", "[store][prepare]")
{
    const TemporaryFolder folder;
    make_store(folder);
    {
        Database db{options_in(folder)};
        db.run("PRAGMA user_version = 999");
        db.checkpoint(true);
    }
    const std::string before = read_file(folder / "relay.db");
    const auto refused = prepare_database(options_in(folder), system_random, noon);
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind() == Errc::conflict);
    CHECK(refused.error().code() == "store.newer");
    CHECK(read_file(folder / "relay.db") == before);
}

TEST_CASE("a database with damaged bodies gives everything else, and waits in order", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_store(folder);
    {
        Database db{options_in(folder)};
        db.run("UPDATE bodies SET bytes = x'00' WHERE delivery IN (50, 150)");
    }
    const SalvageReport report = salvage(options_in(folder), "new-epoch", noon);
    CHECK(report.damaged == 2);
    CHECK(report.unacked == 199);
    CHECK(report.log == 99);
    CHECK(report.settings == 1);
    CHECK(report.certificates == 1);
    CHECK(report.identity);
    Database db{options_in(folder)};
    const Stream stream = load_stream(db);
    CHECK(stream == Stream{"new-epoch", 101, 300, 100});
    CHECK(begin_boot(db, {"boot", "1.0"}, noon) == 2);
    check_takes_more(db);
    CHECK(event_detail(db, uuid_of(7, 'e'))->row.acked == noon);
    // What is here is still known; what was lost may come again.
    CHECK(record_delivery(
              db,
              [] {
                  NewDelivery d = delivery_of(20);
                  d.id = "again";
                  return d;
              }(),
              noon)
              .outcome == Outcome::repeated);
    NewDelivery lost = delivery_of(150);
    lost.id = "once more";
    CHECK(record_delivery(db, lost, noon).outcome == Outcome::accepted);
}

TEST_CASE("a zeroed page costs what was on it, and the rest is salvaged", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_store(folder);
    std::int64_t page = 0;
    {
        Database db{options_in(folder)};
        // A leaf of the deliveries themselves.
        page = db.scalar(
            "SELECT pageno FROM dbstat WHERE name = 'deliveries' AND pagetype = 'leaf' LIMIT 1 OFFSET 3");
    }
    std::string bytes = read_file(folder / "relay.db");
    bytes.replace(static_cast<std::size_t>((page - 1) * 4096), 4096, std::string(4096, '\0'));
    write_file(folder / "relay.db", bytes);
    const Prepared prepared = prepare(folder);
    REQUIRE(prepared.salvage);
    CHECK(prepared.salvage->unacked + prepared.salvage->log >= 270);
    CHECK(prepared.salvage->identity);
    CHECK(std::filesystem::exists(std::filesystem::path{prepared.salvage->set_aside} / "relay.db"));
    Database db{options_in(folder)};
    check_takes_more(db);
}

TEST_CASE("the minutes of the history outlive a salvage", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_store(folder);
    {
        Database db{options_in(folder)};
        put_metrics_minute(db, {noon, 7, 0, 0, 0, 0, {}, {}});
    }
    salvage(options_in(folder), "new-epoch", noon);
    Database db{options_in(folder)};
    const auto minutes = load_metrics(db, noon, noon + std::chrono::minutes{1});
    REQUIRE(minutes.size() == 1);
    CHECK(minutes[0].accepted == 7);
}

TEST_CASE("a watermark that cannot be right is taken from the acks, and what waits still waits",
          "[store][salvage]")
{
    const std::string change = GENERATE(as<std::string>{}, "acked = -5", "acked = 100000", "next_seq = 7",
                                        "acked = 9223372036854775806, next_seq = 9223372036854775807");
    CAPTURE(change);
    const TemporaryFolder folder;
    make_store(folder);
    damage(folder, "UPDATE stream SET " + change);
    const SalvageReport report = salvage(options_in(folder), "new-epoch", noon);
    CHECK(report.unacked == 200);
    CHECK(report.log == 100);
    Database db{options_in(folder)};
    CHECK(load_stream(db).acked == 100);
    check_takes_more(db);
}

TEST_CASE("without a watermark and its acks, everything is sent again", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_store(folder);
    damage(folder, "UPDATE stream SET acked = 100000; DELETE FROM acks");
    CHECK(salvage(options_in(folder), "new-epoch", noon).unacked == 300);
    Database db{options_in(folder)};
    check_takes_more(db);
}

TEST_CASE("a damaged database of the first version is salvaged", "[store][salvage]")
{
    const TemporaryFolder folder;
    {
        Database db{options_in(folder)};
        migrate(db, mizo::embedded::migrations().first(1));
        record_delivery(db, delivery_without_ticket(1), noon);
    }
    damage(folder, "UPDATE stream SET acked = -1");
    REQUIRE(prepare(folder).salvage);
    Database db{options_in(folder)};
    CHECK(load_events(db, 1).size() == 1);
}

TEST_CASE("a fence that cannot be right is replaced by one that is surely higher", "[store][salvage]")
{
    const std::string fence = GENERATE(as<std::string>{}, "-1", "9223372036854775807");
    CAPTURE(fence);
    const TemporaryFolder folder;
    make_store(folder);
    damage(folder, "UPDATE stream SET fence = " + fence + ", acked = -1");
    salvage(options_in(folder), "new-epoch", noon);
    Database db{options_in(folder)};
    CHECK(begin_boot(db, {"boot", "1.0"}, noon) == mizo::base::to_ms(noon) / 1000 + 1);
}

TEST_CASE("a destroyed page of the schema costs no row", "[store][salvage]")
{
    const TemporaryFolder source;
    make_store(source);
    std::vector<std::int64_t> pages;
    {
        Database db{options_in(source)};
        Statement find = db.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'");
        for (find.bind(); find.step();) pages.push_back(find.integer(0));
    }
    REQUIRE(pages.size() > 1);
    for (const std::int64_t page : pages) {
        CAPTURE(page);
        const TemporaryFolder folder;
        std::string bytes = read_file(source / "relay.db");
        bytes.replace(static_cast<std::size_t>((page - 1) * 4096), 4096, std::string(4096, '\0'));
        write_file(folder / "relay.db", bytes);
        write_file(folder / "relay.db.schema", read_file(source / "relay.db.schema"));
        const Prepared prepared = prepare(folder);
        REQUIRE(prepared.salvage);
        CHECK(prepared.salvage->unreadable == std::vector<std::string>{"schema"});
        CHECK(prepared.salvage->unacked == 200);
        CHECK(prepared.salvage->log == 100);
        CHECK(prepared.salvage->identity);
        const std::filesystem::path aside = prepared.salvage->set_aside;
        CHECK(read_file(aside / "relay.db.overwritten").find(std::string(4096, '\0')) != std::string::npos);
        CHECK(std::filesystem::exists(folder / "relay.db.schema"));
        Database db{options_in(folder)};
        check_takes_more(db);
    }
}

TEST_CASE("a copy of the schema that is damaged itself is not put back", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_store(folder);
    std::string copy = read_file(folder / "relay.db.schema");
    copy[copy.size() / 2] ^= 1;
    write_file(folder / "relay.db.schema", copy);
    std::string bytes = read_file(folder / "relay.db");
    bytes.replace(0, 4096, std::string(4096, '\0'));
    write_file(folder / "relay.db", bytes);
    const Prepared prepared = prepare(folder);
    REQUIRE(prepared.salvage);
    CHECK(prepared.salvage->unreadable == std::vector<std::string>{"all"});
    CHECK(read_file(std::filesystem::path{prepared.salvage->set_aside} / "relay.db") == bytes);
    CHECK(read_file(folder / "relay.db.schema") != copy);
}

TEST_CASE("the copy of the schema is written when the schema changes, and only then", "[store][salvage]")
{
    const TemporaryFolder folder;
    prepare(folder);
    const auto written = std::filesystem::last_write_time(folder / "relay.db.schema");
    make_store(folder);
    CHECK(std::filesystem::last_write_time(folder / "relay.db.schema") == written);
    {
        Database db{options_in(folder)};
        db.run("CREATE TABLE one_more (x)");
    }
    prepare(folder);
    CHECK(std::filesystem::last_write_time(folder / "relay.db.schema") != written);
}

TEST_CASE("no damage stops the start, and nothing wrong is handed out", "[store][salvage]")
{
    static const Files whole = files_of_a_store();
    const int seed = GENERATE(range(1, 241));
    CAPTURE(seed);
    std::mt19937 random{static_cast<unsigned>(seed)};
    std::string bytes = whole.database;
    switch (seed % 6) {
    case 4: bytes.replace(random() % 4096, 100, std::string(100, '\x5a')); break;
    case 5: bytes.replace(random() % 8 * 4096, 4096, std::string(4096, '\x5a')); break;
    case 0: bytes.resize(random() % bytes.size()); break;
    case 1: bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8); break;
    case 2: bytes.replace(random() % (bytes.size() / 4096) * 4096, 4096, std::string(4096, '\0')); break;
    default: bytes.replace(random() % (bytes.size() - 600), 600, std::string(600, '\x5a')); break;
    }
    const TemporaryFolder folder;
    write_file(folder / "relay.db", bytes);
    if (seed % 2 == 0) write_file(folder / "relay.db.schema", whole.schema);
    prepare(folder);
    Database db{options_in(folder)};
    check_takes_more(db);
}

TEST_CASE("what is no database at all is set aside, and the log without one too", "[store][salvage]")
{
    const TemporaryFolder folder;
    write_file(folder / "relay.db", std::string(9000, 'x'));
    const Prepared prepared = prepare(folder);
    REQUIRE(prepared.salvage);
    CHECK(prepared.salvage->unreadable == std::vector<std::string>{"all"});
    Database db{options_in(folder)};
    check_takes_more(db);

    const TemporaryFolder other;
    write_file(other / "relay.db-wal", std::string(9000, 'x'));
    CHECK(prepare(other).created);
    CHECK(std::filesystem::exists(other / "corrupt-20270115T080000Z"));
}

TEST_CASE("a backup is whole while others write, and can be restored", "[store][backup]")
{
    const TemporaryFolder folder;
    make_store(folder);
    const auto backup = folder / "backup.db";
    {
        Database db{options_in(folder)};
        Database reader{[&] {
            auto options = options_in(folder);
            options.read_only = true;
            return options;
        }()};
        reader.run("BEGIN");
        reader.scalar("SELECT count(*) FROM events");
        record_delivery(db, delivery_of(301), noon); // after the instant of the backup
        const auto written = backup_to(reader, backup);
        REQUIRE(written.has_value());
        CHECK(written->version == newest_version());
        CHECK(backup_to(reader, backup).error().kind() == Errc::conflict);
        reader.run("COMMIT");
    }
    CHECK((std::filesystem::status(backup).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
    CHECK(check_backup(backup).has_value());
    REQUIRE(restore_backup(backup, folder / "relay.db", "restored", noon).has_value());
    Database db{options_in(folder)};
    CHECK(load_stream(db) == Stream{"restored", 1, 301, 100});
    CHECK(begin_boot(db, {"boot", "1.0"}, noon) == mizo::base::to_ms(noon) / 1000 + 1);
    CHECK(std::filesystem::exists(folder / "replaced-20270115T080000Z" / "relay.db"));
    check_takes_more(db);
}

TEST_CASE("a backup that is damaged, newer or none of ours is refused", "[store][backup]")
{
    const TemporaryFolder folder;
    make_store(folder);
    CHECK(check_backup(folder / "none").error().kind() == Errc::not_found);
    write_file(folder / "rubbish", std::string(9000, 'x'));
    CHECK(check_backup(folder / "rubbish").error().kind() == Errc::malformed);
    {
        Database foreign{[&] {
            auto options = options_in(folder);
            options.path = (folder / "foreign").string();
            return options;
        }()};
        foreign.run("CREATE TABLE a (x); PRAGMA user_version = 1");
        foreign.checkpoint(true);
    }
    CHECK(check_backup(folder / "foreign").error().kind() == Errc::malformed);
    std::string bytes = read_file(folder / "relay.db");
    bytes.replace(5 * 4096, 4096, std::string(4096, '\0'));
    write_file(folder / "damaged", bytes);
    CHECK(check_backup(folder / "damaged").error().kind() == Errc::malformed);
    {
        Database db{options_in(folder)};
        db.run("PRAGMA user_version = 999");
        db.checkpoint(true);
    }
    const std::string before = read_file(folder / "relay.db");
    CHECK(check_backup(folder / "relay.db").error().kind() == Errc::conflict);
    CHECK(restore_backup(folder / "relay.db", folder / "other.db", "e", noon).error().kind() ==
          Errc::conflict);
    CHECK(read_file(folder / "relay.db") == before);
}

TEST_CASE("a second instance on one folder is refused by name", "[store]")
{
    const TemporaryFolder folder;
    {
        const auto first = InstanceLock::take(folder / "lock");
        REQUIRE(first.has_value());
        const auto second = InstanceLock::take(folder / "lock");
        REQUIRE(second.has_error());
        CHECK(second.error().kind() == Errc::conflict);
        CHECK(second.error().code() == "instance.running");
        CHECK(second.error().text().find("process " + process_id()) != std::string::npos);
    }
    CHECK(InstanceLock::take(folder / "lock").has_value());
    CHECK(InstanceLock::take(folder / "missing" / "lock").error().kind() == Errc::unavailable);
}

TEST_CASE("a destroyed key leaves no byte in the file or its log", "[store]")
{
    const TemporaryFolder folder;
    make_store(folder);
    const std::string key(500, 'K');
    CHECK(read_file(folder / "relay.db").find(key) != std::string::npos);
    Database db{options_in(folder)};
    Transaction transaction{db};
    destroy_private_key(db, "certificate", noon);
    transaction.commit();
    REQUIRE(db.take_truncate_request());
    db.checkpoint(true);
    const std::string left = read_file(folder / "relay.db") + read_file(folder / "relay.db-wal");
    CHECK(left.find(key) == std::string::npos);
    CHECK(left.find(std::string(500, 'P')) == std::string::npos);
    CHECK(left.find(std::string(50, 'W')) == std::string::npos);
    const CertificateRow row = find_certificate(db, "certificate").value();
    CHECK_FALSE(row.sealed_key);
    CHECK(row.destroyed == noon);
    CHECK(row.pem == "pem");
}
