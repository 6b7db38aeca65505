#include "daemon/store/outgoing.hpp"
#include "daemon/store/readers.hpp"
#include "daemon/store/writer.hpp"
#include "tests/store/crash_vfs.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <map>

using namespace mizo::store;
using namespace mizo::tests;
using namespace std::chrono_literals;
using mizo::base::Errc;

namespace {

// Waits for what a job came to.
class Ending {
public:
    Writer::Done done()
    {
        return [promise = promise_](std::exception_ptr failure) { promise->set_value(failure); };
    }
    // The name of the failure, or "stored".
    std::string wait()
    {
        const std::exception_ptr failure = future_.get();
        if (!failure) return "stored";
        try {
            std::rethrow_exception(failure);
        } catch (const Failure& why) {
            return why.name();
        } catch (const std::exception& why) {
            return why.what();
        }
    }

private:
    std::shared_ptr<std::promise<std::exception_ptr>> promise_ =
        std::make_shared<std::promise<std::exception_ptr>>();
    std::future<std::exception_ptr> future_ = promise_->get_future();
};

Writer::Work storing(std::int64_t number)
{
    return [number](Database& db) { record_delivery(db, delivery_of(number), noon); };
}

constexpr JobTraits growing{true, false};

// A writer on a disk in memory that can fail.
struct FaultyRig {
    CrashDisk disk{"faulty"};
    StillClock clock;
    mizo::base::Log log{clock};
    std::unique_ptr<Writer> writer;

    explicit FaultyRig(ReserveOptions reserve = {})
    {
        {
            Database db{database()};
            migrate(db);
        }
        WriterOptions options;
        options.database = database();
        options.probe_interval = 5ms;
        options.reserve = std::move(reserve);
        writer = std::make_unique<Writer>(std::move(options), clock, log);
    }
    DatabaseOptions database() const
    {
        return {"relay.db", Synchronous::full, disk.vfs(), false, false, true};
    }

    std::string store(std::int64_t number, JobTraits traits = growing)
    {
        Ending outcome;
        const auto taken = writer->submit(storing(number), outcome.done(), traits);
        return taken ? outcome.wait() : taken.error().code();
    }
    // What goes on while the disk is changed must not be on it.
    void change(const std::function<void(CrashDisk&)>& how)
    {
        Ending outcome;
        REQUIRE(writer->submit([&](Database&) { how(disk); }, outcome.done()).has_value());
        outcome.wait();
    }
    void heal()
    {
        while (!writer->health().ok) std::this_thread::yield();
    }
    std::int64_t events()
    {
        writer->close();
        Database db{database()};
        CHECK(db.quick_check().empty());
        return db.scalar("SELECT count(*) FROM events");
    }
};

struct WriterRig {
    StoreRig store;
    StillClock clock;
    mizo::base::Log log{clock};

    WriterOptions options() const
    {
        WriterOptions options;
        options.database = options_in(store.folder);
        return options;
    }
};

} // namespace

TEST_CASE("a job is done once it is committed", "[store][writer]")
{
    WriterRig rig;
    Writer writer{rig.options(), rig.clock, rig.log};
    Ending outcome;
    REQUIRE(writer.submit(storing(1), outcome.done()).has_value());
    CHECK(outcome.wait() == "stored");
    CHECK(rig.store.count("events") == 1);
    CHECK(writer.stored_bytes() > 0);
}

TEST_CASE("jobs that were announced share a commit", "[store][writer]")
{
    WriterRig rig;
    WriterOptions options = rig.options();
    options.group_wait = 10s; // ends as soon as the last announced one is there
    Writer writer{options, rig.clock, rig.log};
    std::map<int, Ending> outcomes;
    std::vector<Writer::Expectation> expected;
    for (int i = 1; i <= 8; ++i) expected.push_back(writer.expect());
    for (int i = 1; i <= 8; ++i) {
        REQUIRE(writer.submit(storing(i), outcomes[i].done()).has_value());
        expected.erase(expected.begin());
    }
    for (auto& [number, outcome] : outcomes) CHECK(outcome.wait() == "stored");
    CHECK(writer.commits() == 1);
}

TEST_CASE("a patient job is committed with the next urgent one", "[store][writer]")
{
    WriterRig rig;
    WriterOptions options = rig.options();
    options.patient_wait = 10s;
    Writer writer{options, rig.clock, rig.log};
    Ending patient;
    Ending urgent;
    REQUIRE(writer.submit(storing(1), patient.done(), {false, true}).has_value());
    REQUIRE(writer.submit(storing(2), urgent.done()).has_value());
    CHECK(patient.wait() == "stored");
    CHECK(urgent.wait() == "stored");
    CHECK(writer.commits() == 1);
}

TEST_CASE("a job that throws is undone alone", "[store][writer]")
{
    WriterRig rig;
    WriterOptions options = rig.options();
    options.group_wait = 10s;
    Writer writer{options, rig.clock, rig.log};
    Ending first;
    Ending failing;
    Ending conflicting;
    Ending last;
    {
        const auto expectation = writer.expect();
        REQUIRE(writer.submit(storing(1), first.done()).has_value());
        const auto half_done = [](Database& db) {
            record_delivery(db, delivery_of(2), noon);
            throw std::runtime_error{"no"};
        };
        REQUIRE(writer.submit(half_done, failing.done()).has_value());
        const auto same_id = [](Database& db) {
            NewDelivery same = delivery_of(3);
            same.id = delivery_of(1).id;
            record_delivery(db, same, noon);
        };
        REQUIRE(writer.submit(same_id, conflicting.done()).has_value());
        REQUIRE(writer.submit(storing(4), last.done()).has_value());
    }
    CHECK(first.wait() == "stored");
    CHECK(failing.wait() == "no");
    CHECK(conflicting.wait() == "constraint");
    CHECK(last.wait() == "stored");
    CHECK(writer.commits() == 1);
    CHECK(rig.store.count("events") == 2);
    CHECK(load_stream(rig.store.db).next_seq == 3);
}

TEST_CASE("a full queue refuses at once, and the jobs in it are done", "[store][writer]")
{
    WriterRig rig;
    WriterOptions options = rig.options();
    options.queue_limit = 2;
    options.group_wait = 10s;
    Writer writer{options, rig.clock, rig.log};
    Ending one;
    Ending two;
    {
        const auto expectation = writer.expect();
        REQUIRE(writer.submit(storing(1), one.done()).has_value());
        REQUIRE(writer.submit(storing(2), two.done()).has_value());
        const auto refused = writer.submit(storing(3), [](std::exception_ptr) { FAIL("called"); });
        CHECK(refused.error().kind() == Errc::unavailable);
    }
    CHECK(one.wait() == "stored");
    CHECK(two.wait() == "stored");
}

TEST_CASE("closing finishes what was submitted, empties the log and takes nothing more", "[store][writer]")
{
    WriterRig rig;
    Writer writer{rig.options(), rig.clock, rig.log};
    Ending outcome;
    REQUIRE(writer.submit(storing(1), outcome.done(), {false, true}).has_value());
    writer.close();
    CHECK(outcome.wait() == "stored");
    CHECK(writer.submit(storing(2), {}).error().kind() == Errc::shutting_down);
    CHECK(std::filesystem::file_size(rig.store.folder / "relay.db-wal") == 0);
}

TEST_CASE("a failed sync fails the whole group, and the next job is stored without a restart",
          "[store][writer]")
{
    FaultyRig rig;
    CHECK(rig.store(1) == "stored");
    rig.change([](CrashDisk& disk) { disk.set_fault({DiskFault::Kind::sync_error, 0, 1}); });
    CHECK(rig.store(2) == "io");
    rig.heal();
    CHECK(rig.store(2) == "stored");
    CHECK(rig.events() == 2);
}

TEST_CASE("after a failed sync or write no handle is trusted: the files are opened again", "[store][writer]")
{
    const auto kind = GENERATE(DiskFault::Kind::sync_error, DiskFault::Kind::write_error);
    FaultyRig rig;
    CHECK(rig.store(1) == "stored");
    rig.change([&](CrashDisk& disk) { disk.set_fault({kind, 0, 1, true}); });
    CHECK(rig.store(2) == "io");
    // The probe every few milliseconds is what heals; a bound, so that a store that never does is a failure.
    for (int tries = 0; !rig.writer->health().ok && tries < 2'000; ++tries) std::this_thread::sleep_for(1ms);
    CHECK(rig.store(3) == "stored");
    // The commit that failed may be there after all, whole: HaloPSA, which got no 200, sends it again.
    const std::int64_t events = rig.events();
    CHECK((events == 2 || events == 3));
}

TEST_CASE("health says since when and why the store fails, and that it is well again", "[store][writer]")
{
    FaultyRig rig;
    rig.clock.set(mizo::base::from_ms(5000));
    // Until it is taken away again, no probe succeeds.
    rig.change([](CrashDisk& disk) { disk.set_fault({DiskFault::Kind::write_error, 0, 1'000'000'000}); });
    CHECK(rig.store(1) == "io");
    rig.clock.set(mizo::base::from_ms(6000));
    CHECK(rig.store(1) == "io");
    const Health ill = rig.writer->health();
    CHECK_FALSE(ill.ok);
    CHECK(ill.code == "io");
    CHECK(ill.since == mizo::base::from_ms(5000));
    CHECK_FALSE(ill.text.empty());
    rig.disk.clear_fault();
    rig.heal();
    CHECK(rig.store(1) == "stored");
    const auto lines = rig.log.recent(100);
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.front().text.find("the store failed code=io") == 0);
    CHECK(lines.back().text == "the store works again");
}

TEST_CASE("a retry absorbs a commit that failed and is there all the same", "[store]")
{
    // The sync fails after the log was written; then the power fails, and the log comes back whole.
    CrashDisk disk{"retry"};
    const DatabaseOptions options{"relay.db", Synchronous::full, disk.vfs(), false, false, true};
    DiskImage left;
    {
        Database db{options};
        migrate(db);
        db.checkpoint(true);
        Transaction transaction{db};
        record_delivery(db, delivery_of(1), noon);
        disk.set_fault({DiskFault::Kind::sync_error, 1, 1}); // after the one for the log's header
        CHECK_THROWS_AS(transaction.commit(), Failure);
        REQUIRE(disk.fault_met());
        left = disk.image();
    }
    disk.load(left);
    Database db{options};
    REQUIRE(db.scalar("SELECT count(*) FROM events") == 1);
    NewDelivery retry = delivery_of(2);
    retry.occurrences[0].dedup_key = "key-1";
    CHECK(record_delivery(db, retry, noon).outcome == Outcome::repeated);
    CHECK(load_events(db, 1).size() == 1);
}

TEST_CASE("on a full disk webhooks are refused, acks are recorded, and space heals it", "[store][writer]")
{
    const TemporaryFolder folder;
    std::atomic<std::uintmax_t> free_bytes{1'000'000};
    FaultyRig rig{{folder / "reserve", 100'000, [&] { return free_bytes.load(); }}};
    REQUIRE(rig.store(1) == "stored");
    while (!std::filesystem::exists(folder / "reserve")) std::this_thread::yield();

    free_bytes = 0;
    rig.change([](CrashDisk& disk) { disk.set_capacity(disk.size() + 8'000); });
    std::string last = "stored";
    std::int64_t stored = 1;
    for (; last == "stored"; ++stored) last = rig.store(stored + 1);
    --stored;
    CHECK(last == "disk_full");
    CHECK(rig.store(90) == "store.disk_full"); // refused before it is tried
    CHECK_FALSE(std::filesystem::exists(folder / "reserve"));
    CHECK(rig.writer->health().code == "disk_full");

    // What the reserve gave back.
    rig.change([](CrashDisk& disk) { disk.set_capacity(disk.size() + 100'000); });
    Ending acked;
    const auto ack = [](Database& db) { (void)mark_acked(db, {1, "session", {}}, noon); };
    REQUIRE(rig.writer->submit(ack, acked.done()).has_value());
    CHECK(acked.wait() == "stored");
    CHECK_FALSE(rig.writer->health().ok);

    rig.change([](CrashDisk& disk) { disk.set_capacity({}); });
    free_bytes = 125'000;
    rig.heal();
    CHECK(std::filesystem::exists(folder / "reserve"));
    CHECK(rig.store(91) == "stored");
    CHECK(rig.events() == stored + 1);
}

TEST_CASE("a job that does not grow is done again in the space of the reserve", "[store][writer]")
{
    const TemporaryFolder folder;
    std::atomic<std::uintmax_t> free_bytes{1'000'000};
    CrashDisk* disk = nullptr;
    FaultyRig rig{{folder / "reserve", 100'000, [&] { return free_bytes.load(); }}};
    disk = &rig.disk;
    REQUIRE(rig.store(1) == "stored");
    while (!std::filesystem::exists(folder / "reserve")) std::this_thread::yield();
    free_bytes = 0;
    Ending acked;
    // Full the first time; the second time the reserve has made room.
    const auto ack = [&, runs = 0](Database& db) mutable {
        disk->set_capacity(runs++ == 0 ? disk->size() : disk->size() + 100'000);
        (void)mark_acked(db, {1, "session", {}}, noon);
    };
    REQUIRE(rig.writer->submit(ack, acked.done()).has_value());
    CHECK(acked.wait() == "stored");
    CHECK_FALSE(std::filesystem::exists(folder / "reserve"));
}

TEST_CASE("a disk that turns read-only is named, and heals when it can be written", "[store][writer]")
{
    FaultyRig rig;
    rig.change([](CrashDisk& disk) { disk.set_fault({DiskFault::Kind::read_only, 0, 5}); });
    CHECK(rig.store(1) == "read_only");
    rig.heal();
    CHECK(rig.log.recent(100).front().text.find("code=read_only") != std::string::npos);
    CHECK(rig.store(1) == "stored");
}

TEST_CASE("readers see what was committed and never hold the writer up", "[store][writer]")
{
    WriterRig rig;
    Writer writer{rig.options(), rig.clock, rig.log};
    Readers readers{{options_in(rig.store.folder), 256, 5000ms}};
    Ending read;
    std::int64_t before = -1;
    std::int64_t after = -1;
    std::string stored;
    // Inside one reading job the writer commits; the job goes on with its own snapshot.
    const auto work = [&](Database& db) {
        before = db.scalar("SELECT count(*) FROM events");
        Ending outcome;
        if (writer.submit(storing(1), outcome.done()).has_value()) stored = outcome.wait();
        after = db.scalar("SELECT count(*) FROM events");
    };
    REQUIRE(readers.submit(work, read.done()).has_value());
    CHECK(read.wait() == "stored");
    CHECK(stored == "stored");
    CHECK(before == 0);
    CHECK(after == 0);
    Ending again;
    REQUIRE(
        readers.submit([&](Database& db) { after = db.scalar("SELECT count(*) FROM events"); }, again.done())
            .has_value());
    again.wait();
    CHECK(after == 1);
}

TEST_CASE("a reader that reads too long is stopped", "[store][writer]")
{
    WriterRig rig;
    Readers readers{{options_in(rig.store.folder), 256, 0ms}};
    Ending read;
    const auto endless = [](Database& db) {
        db.scalar("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
    };
    REQUIRE(readers.submit(endless, read.done()).has_value());
    CHECK(read.wait() == "interrupted");
    readers.close();
    CHECK(readers.submit(endless, {}).error().kind() == Errc::shutting_down);
}
