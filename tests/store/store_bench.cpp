// How fast the store is on this machine:
//
//     store_bench FOLDER [EVENTS]
//
// Group-committed deliveries a second at several numbers of senders, draining, and what 1,000,000 rows do to
// the lists. Prints a table; no test, since it depends on the disk.

#include "daemon/store/delivery_log.hpp"
#include "daemon/store/event_log.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/retention.hpp"
#include "daemon/store/writer.hpp"
#include "tests/store/store_rig.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace {

using namespace mizo::store;
using mizo::base::from_ms;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began)
{
    return std::chrono::duration<double>(Steady::now() - began).count();
}

void print(const std::string& what, const std::string& value)
{
    std::printf("%-52s %s\n", what.c_str(), value.c_str());
}

std::string number(double value, const char* unit)
{
    char text[64];
    std::snprintf(text, sizeof text, "%10.1f %s", value, unit);
    return text;
}

NewDelivery delivery_of(std::int64_t at)
{
    NewDelivery delivery = mizo::tests::delivery_of(at);
    delivery.headers =
        R"([{"name":"Content-Type","value":"application/json"},{"name":"X-Signature","value":"…"}])";
    delivery.body.append(1000, 'x');
    delivery.signature = std::string(344, 's');
    delivery.occurrences[0].ticket = 1000 + at % 5000;
    return delivery;
}

// As many senders as given, each with one delivery on its way, as connections have.
class Load {
public:
    Load(Writer& writer, std::int64_t first) : writer_{writer}, next_{first} {}

    void run(int senders, std::int64_t count)
    {
        left_ = count;
        for (int i = 0; i < senders; ++i) send();
        std::unique_lock lock{mutex_};
        wake_.wait(lock, [&] { return done_ == count; });
    }
    std::vector<double> latencies_ms;

private:
    void send()
    {
        std::int64_t at = 0;
        {
            const std::scoped_lock lock{mutex_};
            if (left_ == 0) return;
            --left_;
            at = next_++;
        }
        const auto began = Steady::now();
        const auto work = [at](Database& db) {
            record_delivery(db, delivery_of(at), from_ms(1'800'000'000'000 + at));
        };
        const auto done = [this, began](std::exception_ptr) {
            {
                const std::scoped_lock lock{mutex_};
                latencies_ms.push_back(1000 * seconds_since(began));
                ++done_;
                wake_.notify_one();
            }
            send();
        };
        (void)writer_.submit(work, done, {true, false});
    }

    Writer& writer_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::int64_t next_;
    std::int64_t left_ = 0;
    std::int64_t done_ = 0;
};

void bench_insert(const DatabaseOptions& database)
{
    mizo::base::SystemClock clock;
    mizo::base::Log log{clock};
    std::int64_t first = 1;
    for (const int senders : {1, 16, 64, 256}) {
        WriterOptions options;
        options.database = database;
        Writer writer{options, clock, log};
        Load load{writer, first};
        const std::int64_t count = senders == 1 ? 2'000 : 20'000;
        const auto began = Steady::now();
        load.run(senders, count);
        const double took = seconds_since(began);
        first += count;
        std::ranges::sort(load.latencies_ms);
        const auto at = [&](double share) {
            return load.latencies_ms[static_cast<std::size_t>(share * static_cast<double>(count - 1))];
        };
        char text[128];
        std::snprintf(text, sizeof text, "%10.0f /s   p50 %6.2f ms   p99 %6.2f ms   %5.1f a commit",
                      static_cast<double>(count) / took, at(0.5), at(0.99),
                      static_cast<double>(count) / static_cast<double>(writer.commits()));
        print("deliveries stored, " + std::to_string(senders) + " senders", text);
    }
}

void fill(Database& db, std::int64_t count)
{
    const std::int64_t first = load_stream(db).next_seq;
    const auto began = Steady::now();
    for (std::int64_t at = first; at < first + count;) {
        Transaction transaction{db};
        for (int i = 0; i < 1000 && at < first + count; ++i, ++at)
            record_delivery(db, delivery_of(at), from_ms(1'800'000'000'000 + at));
        transaction.commit();
        if (db.wal_bytes() > 16'000'000) db.checkpoint(false);
    }
    print("deliveries filled in, 1,000 a commit",
          number(static_cast<double>(count) / seconds_since(began), "/s"));
}

void bench_drain(Database& db, std::int64_t count)
{
    const auto began = Steady::now();
    std::int64_t acked = load_stream(db).acked;
    const std::int64_t end = acked + count;
    while (acked < end) {
        const auto events = load_events(db, acked + 1);
        if (events.empty()) break;
        Transaction transaction{db};
        Ack ack{events.back().seq, "session", {}};
        ack.sends = {{acked + 1, ack.upto, 1, from_ms(0), "session", from_ms(0), SendOutcome::acked, {}, {}}};
        (void)mark_acked(db, ack, from_ms(0));
        transaction.commit();
        acked = ack.upto;
    }
    print("events loaded and acked, 256 at a time",
          number(static_cast<double>(count) / seconds_since(began), "/s"));
}

void time(const std::string& what, const std::function<void()>& work)
{
    const auto began = Steady::now();
    work();
    print(what, number(1000 * seconds_since(began), "ms"));
}

void bench_queries(Database& db)
{
    const PageRequest page;
    time("list of deliveries", [&] { (void)list_deliveries(db, {}, page); });
    time("deliveries of a ticket", [&] { (void)list_deliveries(db, {{}, {}, {}, 1234, {}, {}, ""}, page); });
    time("rejected deliveries", [&] {
        (void)list_deliveries(db, {{Outcome::rejected}, {}, {}, {}, {}, {}, ""}, page);
    });
    time("deliveries with a word that is nowhere", [&] {
        (void)list_deliveries(db, {{}, {}, {}, {}, {}, {}, "nowhere"}, page);
    });
    time("events that wait", [&] {
        (void)list_events(db, {{EventState::queued}, {}, {}, {}, {}, {}, ""}, page);
    });
    time("events acked", [&] { (void)list_events(db, {{EventState::acked}, {}, {}, {}, {}, {}, ""}, page); });
    time("events before a time", [&] {
        (void)list_events(db, {{}, {}, {}, {}, {}, from_ms(1'800'000'000'000 + 500'000), ""}, page);
    });
    time("queue", [&] { count_queue(db); });
    time("ledger of everything", [&] { count_ledger(db, from_ms(0)); });
    time("a step of retention", [&] {
        Transaction transaction{db};
        apply_retention(db, {}, from_ms(1'800'000'000'000 + 100 * mizo::tests::day_ms));
        transaction.commit();
    });
    time("quick_check", [&] { db.quick_check(); });
}

void print_memory()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.rfind("VmRSS", 0) == 0 || line.rfind("VmHWM", 0) == 0) std::printf("%s\n", line.c_str());
}

} // namespace

int main(int count, char** values)
{
    if (count < 2) {
        std::fprintf(stderr, "store_bench FOLDER [EVENTS]\n");
        return 2;
    }
    DatabaseOptions options;
    options.path = (std::filesystem::path{values[1]} / "bench.db").string();
    const std::int64_t events = count > 2 ? std::stoll(values[2]) : 100'000;
    {
        Database db{options};
        migrate(db);
    }
    bench_insert(options);
    Database db{options};
    fill(db, events);
    bench_drain(db, events / 10);
    bench_queries(db);
    print_memory();
    return 0;
}
