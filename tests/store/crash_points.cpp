// Cuts the power at every operation on the disk while the store works, and looks what is left:
//
//     crash_points --points N --seed S --synchronous full|normal|off
//
// Prints a table. Exits 0 when nothing was lost or damaged, 1 otherwise; with less than `full` something must
// be, else the harness shows nothing, so there the meaning is turned round.

#include "certs/digest.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/outgoing.hpp"
#include "daemon/store/retention.hpp"
#include "daemon/store/stream.hpp"
#include "tests/store/crash_vfs.hpp"

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::from_ms;

struct Arguments {
    std::int64_t points = 100'000;
    std::uint64_t seed = 1;
    Synchronous synchronous = Synchronous::full;
    std::string synchronous_name = "full";
};

// What had been promised to the world once the disk had done so many operations.
struct Promise {
    std::size_t operations = 0;
    std::int64_t events = 0; // answered 200
    std::int64_t acked = 0;  // recorded, and so never sent again
};

// One life of the store: the log of its disk, and its promises in order.
struct Life {
    std::vector<DiskOperation> log;
    std::vector<Promise> promises;
};

struct Tally {
    std::int64_t points = 0;
    std::int64_t corrupt = 0;
    std::int64_t answered_lost = 0;
    std::int64_t acks_lost = 0;
    std::int64_t other = 0; // a gap in seq, bytes that do not match, a store that takes nothing more
    std::int64_t bad() const { return corrupt + answered_lost + acks_lost + other; }
};

DatabaseOptions options_for(const CrashDisk& disk, Synchronous synchronous)
{
    return {"relay.db", synchronous, disk.vfs(), false, false, true};
}

// A body that tells its number, so that it can be checked without a list.
std::string body_of(std::int64_t number)
{
    std::string body = "{\"id\":" + std::to_string(number) + ",\"event\":\"ticket changed\",\"text\":\"";
    body.append(static_cast<std::size_t>(number * 7919 % 3000), static_cast<char>('a' + number % 26));
    return body + "\"}";
}

NewDelivery delivery_of(std::int64_t number)
{
    NewDelivery delivery;
    delivery.id = "delivery-" + std::to_string(number);
    delivery.remote = "192.0.2.1";
    delivery.path = "/webhooks/halopsa/…";
    delivery.headers = R"([{"name":"Content-Type","value":"application/json"}])";
    delivery.content_type = "application/json";
    delivery.body = body_of(number);
    delivery.verification = R"({"result":"verified"})";
    Occurrence occurrence;
    occurrence.event_id = "event-" + std::to_string(number);
    occurrence.kind = EventKind::changed;
    occurrence.event_text = "ticket changed";
    occurrence.ticket = 4000 + number % 17;
    occurrence.dedup_key = "key-" + std::to_string(number);
    delivery.occurrences.push_back(occurrence);
    return delivery;
}

// One commit with a few deliveries, as the writer groups them; returns how many events there are then.
std::int64_t store_some(Database& db, std::int64_t events, std::mt19937_64& random)
{
    Transaction transaction{db};
    const auto count = static_cast<std::int64_t>(1 + random() % 4);
    for (std::int64_t i = 0; i < count; ++i)
        record_delivery(db, delivery_of(events + i + 1), from_ms(events + i));
    if (random() % 6 == 0 && events > 0) { // the last one comes again
        NewDelivery again = delivery_of(events);
        again.id += "-again";
        record_delivery(db, again, from_ms(events));
    }
    transaction.commit();
    return events + count;
}

std::int64_t ack_some(Database& db, std::int64_t acked, std::int64_t events, std::mt19937_64& random)
{
    if (acked == events) return acked;
    Transaction transaction{db};
    Ack ack;
    ack.upto = acked + 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(events - acked));
    ack.session = "session";
    ack.sends = {
        {acked + 1, ack.upto, 1, from_ms(events), "session", from_ms(events), SendOutcome::acked, {}, {}}};
    const auto marked = mark_acked(db, ack, from_ms(events));
    if (!marked) throw std::logic_error{"an ack of this program was refused"};
    transaction.commit();
    return ack.upto;
}

Life live(CrashDisk& disk, Synchronous synchronous, std::mt19937_64& random)
{
    disk.load({});
    disk.record(true);
    const std::size_t start = disk.log().size();
    Life life;
    {
        Database db{options_for(disk, synchronous)};
        migrate(db);
        Promise now{disk.log().size() - start, 0, 0};
        life.promises.push_back(now);
        for (int step = 0; step < 40; ++step) {
            const auto choice = random() % 10;
            if (choice < 6)
                now.events = store_some(db, now.events, random);
            else if (choice < 8)
                now.acked = ack_some(db, now.acked, now.events, random);
            else
                db.checkpoint(choice == 9);
            now.operations = disk.log().size() - start;
            life.promises.push_back(now);
        }
        life.log.assign(disk.log().begin() + static_cast<std::ptrdiff_t>(start), disk.log().end());
        disk.record(false);
    }
    return life;
}

// Looks at what the daemon finds after the cut, in the daemon's own way.
void judge(CrashDisk& disk, Synchronous synchronous, const Promise& promise, Tally& tally)
{
    ++tally.points;
    try {
        Database db{options_for(disk, synchronous)};
        if (!db.quick_check().empty()) {
            ++tally.corrupt;
            return;
        }
        migrate(db);
        const Stream stream = load_stream(db);
        if (stream.next_seq - 1 < promise.events)
            ++tally.answered_lost;
        else if (stream.acked < promise.acked)
            ++tally.acks_lost;
        const auto events = load_events(db, 1, {1'000'000, 1'000'000'000});
        bool right = static_cast<std::int64_t>(events.size()) == stream.next_seq - 1;
        for (const OutgoingEvent& event : events) {
            right = right && event.body_state == BodyState::whole && *event.body == body_of(event.seq) &&
                    event.id == "event-" + std::to_string(event.seq);
        }
        Transaction transaction{db};
        const Recorded more = record_delivery(db, delivery_of(stream.next_seq), from_ms(0));
        transaction.commit();
        if (!right || more.outcome != Outcome::accepted) ++tally.other;
    } catch (const Failure& failure) {
        if (failure.corrupt())
            ++tally.corrupt;
        else
            ++tally.other;
    }
}

Tally run(const Arguments& arguments)
{
    Tally tally;
    CrashDisk disk{"crash"};
    for (std::uint64_t round = 0; tally.points < arguments.points; ++round) {
        std::mt19937_64 random{arguments.seed * 1'000'003 + round};
        sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(random() % 1'000'000) + 1, nullptr);
        const Life life = live(disk, arguments.synchronous, random);
        PowerCut cut;
        std::size_t kept = 0;
        Promise promise;
        for (std::size_t done = 0; done < life.log.size() && tally.points < arguments.points; ++done) {
            while (kept < life.promises.size() && life.promises[kept].operations <= done)
                promise = life.promises[kept++];
            cut.advance(life.log[done]);
            disk.load(cut.image(random));
            judge(disk, arguments.synchronous, promise, tally);
        }
    }
    return tally;
}

Arguments parse(int count, char** values)
{
    Arguments arguments;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = values[i];
        const std::string value = values[i + 1];
        if (name == "--points")
            arguments.points = std::stoll(value);
        else if (name == "--seed")
            arguments.seed = std::stoull(value);
        else if (name == "--synchronous")
            arguments.synchronous_name = value;
        else
            throw std::invalid_argument{std::string{name}};
    }
    if (count % 2 == 0) throw std::invalid_argument{"an option lacks its value"};
    if (arguments.synchronous_name == "full")
        arguments.synchronous = Synchronous::full;
    else if (arguments.synchronous_name == "normal")
        arguments.synchronous = Synchronous::normal;
    else if (arguments.synchronous_name == "off")
        arguments.synchronous = Synchronous::off;
    else
        throw std::invalid_argument{arguments.synchronous_name};
    return arguments;
}

} // namespace

int main(int count, char** values)
{
    Arguments arguments;
    try {
        arguments = parse(count, values);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "crash_points --points N --seed S --synchronous full|normal|off (%s)\n",
                     error.what());
        return 2;
    }
    const auto began = std::chrono::steady_clock::now();
    const Tally tally = run(arguments);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%-11s %6s %9s %9s %14s %10s %7s %8s %9s\n", "synchronous", "seed", "points", "corrupt",
                "answered lost", "acks lost", "other", "seconds", "points/s");
    std::printf("%-11s %6llu %9lld %9lld %14lld %10lld %7lld %8.1f %9.0f\n",
                arguments.synchronous_name.c_str(), static_cast<unsigned long long>(arguments.seed),
                static_cast<long long>(tally.points), static_cast<long long>(tally.corrupt),
                static_cast<long long>(tally.answered_lost), static_cast<long long>(tally.acks_lost),
                static_cast<long long>(tally.other), took.count(),
                static_cast<double>(tally.points) / took.count());
    switch (arguments.synchronous) {
    case Synchronous::full: return tally.bad() == 0 ? 0 : 1;
    case Synchronous::normal: return tally.answered_lost > 0 ? 0 : 1;
    case Synchronous::off: return tally.corrupt > 0 ? 0 : 1;
    }
    return 1;
}
