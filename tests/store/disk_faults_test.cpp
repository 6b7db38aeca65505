#include "daemon/store/outgoing.hpp"
#include "tests/store/crash_vfs.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <random>

using namespace mizo::store;
using namespace mizo::tests;

namespace {

DatabaseOptions options_on(const CrashDisk& disk)
{
    return {"relay.db", Synchronous::full, disk.vfs(), false, false, true};
}

// Whether a delivery was answered with 200.
bool answer(Database& db, std::int64_t number, NewDelivery (*make)(std::int64_t) = delivery_of)
{
    try {
        Transaction transaction{db};
        record_delivery(db, make(number), noon);
        transaction.commit();
        if (number % 4 == 0) db.checkpoint(false);
        return true;
    } catch (const Failure&) {
        return false;
    }
}

// Stores deliveries while the disk fails at one place, opens the store again and counts what is there.
// Whether the place was reached.
bool store_with(const std::function<void(CrashDisk&)>& fault)
{
    CrashDisk disk{"faults"};
    std::vector<std::int64_t> answered;
    {
        Database db{options_on(disk)};
        migrate(db);
        fault(disk);
        for (std::int64_t number = 1; number <= 8; ++number)
            if (answer(db, number)) answered.push_back(number);
    }
    const bool reached = disk.fault_met() || answered.size() < 8;
    disk.clear_fault();
    disk.set_capacity({});
    Database db{options_on(disk)};
    CHECK(db.quick_check().empty());
    Statement find = db.prepare("SELECT 1 FROM events WHERE uuid = ?");
    for (const std::int64_t number : answered) CHECK(find.bind(uuid_of(number, 'e')).step());
    const Stream stream = load_stream(db);
    CHECK(static_cast<std::int64_t>(load_events(db, 1).size()) == stream.next_seq - 1);
    CHECK(answer(db, 101));
    return reached;
}

} // namespace

TEST_CASE("wherever the power fails during a migration, it is the old database or the new one",
          "[store][faults]")
{
    CrashDisk disk{"migration"};
    {
        Database db{options_on(disk)};
        migrate(db, mizo::embedded::migrations().first(1));
        for (std::int64_t number = 1; number <= 8; ++number)
            CHECK(answer(db, number, delivery_without_ticket));
    }
    const DiskImage before = disk.image();
    disk.record(true);
    {
        Database db{options_on(disk)};
        migrate(db);
    }
    const std::vector<DiskOperation> log = disk.log();
    disk.record(false);
    REQUIRE(log.size() > 20);

    std::mt19937_64 random{20'261'124};
    PowerCut cut{before};
    bool old_seen = false;
    bool new_seen = false;
    for (const DiskOperation& operation : log) {
        cut.advance(operation);
        disk.load(cut.image(random));
        Database db{options_on(disk)};
        const int version = db.version();
        old_seen = old_seen || version == 1;
        new_seen = new_seen || version == newest_version();
        CHECK(db.quick_check().empty());
        CHECK(db.scalar("SELECT count(*) FROM events") == 8);
        migrate(db); // at the next start
        CHECK(db.version() == newest_version());
        CHECK(answer(db, 101));
    }
    CHECK(old_seen);
    CHECK(new_seen);
}

TEST_CASE("whichever sync fails, what was answered is there and seqs have no gap", "[store][faults]")
{
    std::int64_t at = 0;
    while (store_with([&](CrashDisk& disk) { disk.set_fault({DiskFault::Kind::sync_error, at, 1}); })) ++at;
    CHECK(at >= 8);
}

TEST_CASE("whichever write fails, what was answered is there and seqs have no gap", "[store][faults]")
{
    std::int64_t at = 0;
    while (store_with([&](CrashDisk& disk) { disk.set_fault({DiskFault::Kind::write_error, at, 2}); }))
        at += 3;
    CHECK(at >= 100);
}

TEST_CASE("wherever the disk is full, what was answered is there and seqs have no gap", "[store][faults]")
{
    std::int64_t room = 0;
    while (store_with([&](CrashDisk& disk) { disk.set_capacity(disk.size() + room); })) room += 3000;
    CHECK(room >= 30'000);
}
