#include "daemon/base/random.hpp"
#include "daemon/store/backup.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/prepare.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <functional>
#include <sys/resource.h>

using namespace mizo::store;
using namespace mizo::tests;

namespace {

namespace fs = std::filesystem;

mizo::base::SystemRandom system_random;

Prepared prepare(const TemporaryFolder& folder)
{
    return prepare_database(options_in(folder), system_random, noon).value();
}

// No file can grow beyond this while it lives: a disk that is full.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) : before_{std::signal(SIGXFSZ, SIG_IGN)}
    {
        getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit limit{bytes, limit_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit()
    {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, before_);
    }

private:
    void (*before_)(int);
    rlimit limit_{};
};

// 3000 events of which 100 are acked, and one damaged page among them; the last 10 are in the log alone.
void make_damaged(const TemporaryFolder& folder)
{
    prepare(folder);
    const TemporaryFolder work;
    std::int64_t page = 0;
    {
        Database db{options_in(folder)};
        Transaction transaction{db};
        for (std::int64_t number = 1; number <= 2990; ++number)
            record_delivery(db, delivery_of(number), noon);
        (void)mark_acked(db, {100, "session", {}}, noon);
        transaction.commit();
        db.checkpoint(true);
        page = db.scalar("SELECT pageno FROM dbstat WHERE name = 'alerts_at_work' LIMIT 1");
        Transaction more{db};
        for (std::int64_t number = 2991; number <= 3000; ++number)
            record_delivery(db, delivery_of(number), noon);
        more.commit();
        for (const char* name : {"relay.db", "relay.db-wal"}) fs::copy_file(folder / name, work / name);
    }
    std::string bytes = read_file(work / "relay.db");
    bytes.replace(static_cast<std::size_t>((page - 1) * 4096), 4096, std::string(4096, '\0'));
    write_file(folder / "relay.db", bytes);
    write_file(folder / "relay.db-wal", read_file(work / "relay.db-wal"));
}

// The last start ended it: everything waits, and nothing of the way is left.
void check_salvaged(const TemporaryFolder& folder, const Prepared& prepared)
{
    REQUIRE(prepared.salvage);
    CHECK(prepared.salvage->unacked == 2900);
    CHECK(prepared.salvage->log == 100);
    CHECK(fs::exists(fs::path{prepared.salvage->set_aside} / "relay.db"));
    for (const char* left : {"fresh", "fresh-wal", "fresh-shm", "replacing", "damaged"})
        CHECK_FALSE(fs::exists(folder / (std::string{"relay.db."} + left)));
    Database db{options_in(folder)};
    CHECK(db.quick_check().empty());
    CHECK(load_events(db, 101, {10'000, 1'000'000'000}).size() == 2900);
}

void move(const TemporaryFolder& folder, const std::string& from, const std::string& to)
{
    fs::rename(folder / from, folder / to);
}

} // namespace

TEST_CASE("a salvage for which the disk has no room loses nothing, and the next start does it",
          "[store][salvage]")
{
    const rlim_t room = GENERATE(as<rlim_t>{}, 4'096, 100'000, 400'000, 700'000);
    CAPTURE(room);
    const TemporaryFolder folder;
    make_damaged(folder);
    {
        const FileLimit limit{room};
        CHECK_THROWS(prepare(folder));
        CHECK_THROWS(prepare(folder));
    }
    check_salvaged(folder, prepare(folder));
    CHECK_FALSE(prepare(folder).salvage);
}

TEST_CASE("wherever a crash ends a salvage, the next start ends it with everything", "[store][salvage]")
{
    using Step = std::function<void(const TemporaryFolder&)>;
    // What is on the disk after each step, beginning with a fresh database that is whole.
    const std::vector<Step> steps{
        [](const auto& f) { write_file(f / "relay.db.replacing", "corrupt-before"); },
        [](const auto& f) { fs::create_directory(f / "corrupt-before"); },
        [](const auto& f) { move(f, "relay.db", "corrupt-before/relay.db"); },
        [](const auto& f) { move(f, "relay.db-wal", "corrupt-before/relay.db-wal"); },
        [](const auto& f) { move(f, "relay.db.schema", "corrupt-before/relay.db.schema"); },
        [](const auto& f) { move(f, "relay.db.damaged", "corrupt-before/relay.db.damaged"); },
        [](const auto& f) { move(f, "relay.db.fresh", "relay.db"); },
    };
    const std::size_t done = GENERATE(range<std::size_t>(1, 8));
    CAPTURE(done);
    const TemporaryFolder folder;
    make_damaged(folder);
    {
        const TemporaryFolder other;
        make_damaged(other);
        prepare(other);
        fs::copy_file(other / "relay.db", folder / "relay.db.fresh");
    }
    write_file(folder / "relay.db.damaged", "");
    for (std::size_t at = 0; at < done; ++at) steps[at](folder);
    const Prepared prepared = prepare(folder);
    check_salvaged(folder, prepared);
    CHECK(prepared.salvage->set_aside == (folder / "corrupt-before").string());
    CHECK(fs::exists(folder / "corrupt-before/relay.db-wal"));
    CHECK_FALSE(prepare(folder).salvage);
}

TEST_CASE("a half made copy is never taken for the database", "[store][salvage]")
{
    const TemporaryFolder folder;
    make_damaged(folder);
    {
        // Whole for SQLite, as after one of its commits, and still only a part.
        auto options = options_in(folder);
        options.path += ".fresh";
        Database part{options};
        migrate(part);
    }
    write_file(folder / "relay.db.fresh-wal", std::string(9000, 'x'));
    write_file(folder / "relay.db.damaged", "");
    check_salvaged(folder, prepare(folder));
}

TEST_CASE("a restore that a crash ended is completed by the next start", "[store][backup]")
{
    const TemporaryFolder folder;
    prepare(folder);
    {
        StoreRig backup;
        backup.store(1, 5);
        backup.db.checkpoint(true);
        fs::copy_file(backup.folder / "relay.db", folder / "relay.db.fresh");
    }
    write_file(folder / "relay.db-wal", std::string(9000, 'x'));
    write_file(folder / "relay.db.replacing", "replaced-before");
    const Prepared prepared = prepare(folder);
    CHECK_FALSE(prepared.created);
    CHECK_FALSE(prepared.salvage);
    CHECK(fs::exists(folder / "replaced-before/relay.db-wal"));
    Database db{options_in(folder)};
    CHECK(load_events(db, 1).size() == 5);
}
