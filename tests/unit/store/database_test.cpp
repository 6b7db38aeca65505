#include "daemon/store/database.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;

TEST_CASE("a database is in WAL mode and syncs fully", "[store]")
{
    StoreRig rig;
    CHECK(rig.db.prepare("PRAGMA journal_mode").bind().first().text(0) == "wal");
    CHECK(rig.db.scalar("PRAGMA synchronous") == 2);
    CHECK(rig.db.scalar("PRAGMA foreign_keys") == 1);
    CHECK(rig.db.scalar("PRAGMA wal_autocheckpoint") == 0);
}

TEST_CASE("a statement with a wrong number of values does not run", "[store]")
{
    StoreRig rig;
    Statement statement = rig.db.prepare("SELECT ?, ?");
    CHECK_THROWS_AS(statement.bind(1), std::logic_error);
    CHECK_NOTHROW(statement.bind(1, 2));
}

TEST_CASE("values come back as they were bound", "[store]")
{
    StoreRig rig;
    const std::string text = "a\0b";
    const mizo::certs::Bytes bytes{0, 255, 7};
    Statement row = rig.db.prepare("SELECT ?, ?, ?, ?, ?, ?");
    row.bind(std::int64_t{-5}, text, bytes, std::optional<std::string>{}, noon, 0.5).first();
    CHECK(row.integer(0) == -5);
    CHECK(row.text(1) == text);
    CHECK(row.blob(2).copy() == bytes);
    CHECK_FALSE(row.optional_string(3));
    CHECK(row.time(4) == noon);
    CHECK(row.real(5) == 0.5);
}

TEST_CASE("the same statement may be in use twice", "[store]")
{
    StoreRig rig;
    Statement one = rig.db.prepare("SELECT ?");
    Statement two = rig.db.prepare("SELECT ?");
    one.bind(1).first();
    two.bind(2).first();
    CHECK(one.integer(0) == 1);
    CHECK(two.integer(0) == 2);
}

TEST_CASE("a transaction that is not committed leaves nothing", "[store]")
{
    StoreRig rig;
    {
        Transaction transaction{rig.db};
        record_delivery(rig.db, delivery_of(1), noon);
    }
    CHECK(rig.count("deliveries") == 0);
    CHECK(load_stream(rig.db).next_seq == 1);
}

TEST_CASE("a savepoint is undone alone", "[store]")
{
    StoreRig rig;
    Transaction transaction{rig.db};
    record_delivery(rig.db, delivery_of(1), noon);
    {
        Savepoint savepoint{rig.db};
        record_delivery(rig.db, delivery_of(2), noon);
    }
    transaction.commit();
    CHECK(rig.count("deliveries") == 1);
    CHECK(load_stream(rig.db).next_seq == 2);
}

TEST_CASE("a failure says what kind it is by its code", "[store]")
{
    StoreRig rig;
    rig.store(1, 1);
    try {
        rig.db.run("INSERT INTO events (uuid) VALUES ('x')");
        FAIL("a row without its columns was taken");
    } catch (const Failure& failure) {
        CHECK(failure.constraint());
        CHECK(std::string{failure.name()} == "constraint");
    }
    CHECK(Failure{13, ""}.disk_full());
    CHECK(Failure{10, ""}.io());
    CHECK(Failure{8, ""}.read_only());
    CHECK(Failure{14, ""}.read_only());
    CHECK(Failure{11, ""}.corrupt());
    CHECK(Failure{26, ""}.corrupt());
}

TEST_CASE("a read-only database takes no writes", "[store]")
{
    StoreRig rig;
    DatabaseOptions options = options_in(rig.folder);
    options.read_only = true;
    Database reader{options};
    CHECK_THROWS_AS(reader.run("DELETE FROM deliveries"), Failure);
}

TEST_CASE("a statement that runs too long is interrupted", "[store]")
{
    StoreRig rig;
    rig.db.set_deadline(std::chrono::steady_clock::time_point{});
    const auto endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    try {
        rig.db.scalar(endless);
        FAIL("it ended");
    } catch (const Failure& failure) {
        CHECK(failure.interrupted());
    }
    rig.db.set_deadline(std::nullopt);
    CHECK(rig.db.scalar("SELECT 7") == 7);
}

TEST_CASE("a checkpoint with truncation empties the log", "[store]")
{
    StoreRig rig;
    rig.store(1, 50);
    CHECK(rig.db.wal_bytes() > 0);
    CHECK(rig.db.checkpoint(true));
    CHECK(rig.db.wal_bytes() == 0);
    CHECK(std::filesystem::file_size(rig.folder / "relay.db-wal") == 0);
}

TEST_CASE("names and values of the kinds go both ways", "[store]")
{
    CHECK(name_of(Outcome::rejected) == "rejected");
    CHECK(from_name<Outcome>("rejected") == Outcome::rejected);
    CHECK(from_name<EventKind>("action_added") == EventKind::action_added);
    CHECK(from_name<Origin>("poll") == Origin::poll);
    CHECK(from_name<EventState>("unscoped") == EventState::unscoped);
    CHECK_FALSE(from_name<EventState>("sent"));
}
