// What the store alone carries, and databases for what is measured with much waiting:
//
//     store_load inserts FOLDER SECONDS SENDERS     webhooks committed a second, as JSON
//     store_load fill FOLDER EVENTS                 events added to the relay.db of a stopped daemon
//
// Each webhook is of the size that the practice HaloPSA sends, and brings one new event.

#include "daemon/base/random.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/stream.hpp"
#include "daemon/store/writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace mizo;
using Steady = std::chrono::steady_clock;

constexpr std::int64_t events_a_commit = 5'000;
constexpr std::int64_t checkpoint_bytes = 64 * 1024 * 1024;

constexpr const char* headers =
    R"([{"name":"Host","value":"127.0.0.1:8471","masked":false},)"
    R"({"name":"Content-Type","value":"application/json; charset=utf-8","masked":false},)"
    R"({"name":"X-Signature","value":"••••","masked":true},)"
    R"({"name":"Content-Length","value":"560","masked":false}])";

std::string body_of(const std::string& id, std::int64_t ticket)
{
    return R"({"id":")" + id +
           R"(","webhook_id":"0b6c2c47-6d1c-4e0c-8c6f-3d1f0f6f6a41","notification_id":41,)" +
           R"("escmsg_id":")" + id +
           R"(","event":"new ticket logged","message":"A new Ticket has been logged )" +
           R"(with ID: 0004242","object_id":)" + std::to_string(ticket) +
           R"(,"agent_id":3,"timestamp":"2026-11-23T10:00:00.1234567Z","ticket":{"id":)" +
           std::to_string(ticket) +
           R"(,"summary":"L’imprimante du 3ᵉ étage ne répond plus","status_id":9,"tickettype_id":25,)" +
           R"("client_id":1,"team_id":5,"agent_id":3,"customfields":[],"hasbeenclosed":false}})";
}

store::NewDelivery delivery_of(std::int64_t ticket, base::WallTime now, base::Random& random)
{
    store::NewDelivery delivery;
    delivery.id = base::uuid_v7(now, random);
    delivery.remote = "127.0.0.1";
    delivery.path = "/webhooks/halopsa/••••";
    delivery.headers = headers;
    delivery.content_type = "application/json; charset=utf-8";
    delivery.thumbprint = std::string(40, 'A');
    delivery.signature = std::string(344, 's');
    delivery.signature_alg = "RSASSA-PKCS1-v1_5-SHA256";
    store::Occurrence occurrence;
    occurrence.event_id = base::uuid_v7(now, random);
    occurrence.kind = store::EventKind::created;
    occurrence.event_text = "new ticket logged";
    occurrence.ticket = ticket;
    occurrence.title = "L’imprimante du 3ᵉ étage ne répond plus";
    occurrence.occurred = now;
    occurrence.dedup_key = "escmsg:" + occurrence.event_id + ":41";
    delivery.body = body_of(occurrence.event_id, ticket);
    delivery.occurrences.push_back(std::move(occurrence));
    return delivery;
}

// For ids only: the system's generator costs more than the insert that is measured.
class QuickRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() >> 56U);
    }

private:
    std::mt19937_64 engine_{std::random_device{}()};
};

// So many senders, each with one webhook on its way, as connections have. One thread hands them all over, as
// the daemon's loop does; the writer's thread does nothing but write.
class Senders {
public:
    explicit Senders(store::Writer& writer) : writer_{writer} {}

    // Gives how many were committed.
    std::int64_t run(int count, Steady::time_point end)
    {
        std::unique_lock lock{mutex_};
        free_ = count;
        while (!failed_ && Steady::now() < end) {
            wake_.wait(lock, [&] { return free_ > 0; });
            const int sending = std::exchange(free_, 0);
            lock.unlock();
            for (int i = 0; i < sending; ++i) send();
            lock.lock();
        }
        wake_.wait(lock, [&] { return free_ == count; });
        return committed_;
    }
    bool failed() const { return failed_; }

private:
    void send()
    {
        const base::WallTime now = clock_.wall();
        auto work = [delivery = delivery_of(++sent_, now, random_), now](store::Database& db) {
            store::record_delivery(db, delivery, now);
        };
        auto done = [this](std::exception_ptr failure) { on_done(failure != nullptr); };
        if (!writer_.submit(std::move(work), done, {true, false})) on_done(true);
    }

    void on_done(bool failed)
    {
        const std::scoped_lock lock{mutex_};
        failed_ = failed_ || failed;
        ++committed_;
        ++free_;
        wake_.notify_one();
    }

    store::Writer& writer_;
    base::SystemClock clock_;
    QuickRandom random_;
    std::int64_t sent_ = 0;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::int64_t committed_ = 0;
    int free_ = 0;
    bool failed_ = false;
};

int measure_inserts(const std::filesystem::path& folder, int seconds, int count)
{
    store::WriterOptions options;
    options.database.path = (folder / "inserts.db").string();
    {
        store::Database db{options.database};
        store::migrate(db);
    }
    const base::SystemClock clock;
    base::Log log{clock};
    store::Writer writer{options, clock, log};
    Senders senders{writer};
    const auto began = Steady::now();
    const std::int64_t committed = senders.run(count, began + std::chrono::seconds{seconds});
    const std::chrono::duration<double> took = Steady::now() - began;
    if (senders.failed()) return 1;
    const double commits = static_cast<double>(writer.commits());
    std::printf("{\"per_second\":%.0f,\"per_commit\":%.1f}\n", static_cast<double>(committed) / took.count(),
                static_cast<double>(committed) / commits);
    return 0;
}

int fill(const std::filesystem::path& folder, std::int64_t count)
{
    store::DatabaseOptions options;
    options.path = (folder / "relay.db").string();
    options.synchronous = store::Synchronous::off; // nothing of it is lost but time, if the power fails
    store::Database db{options};
    db.run("PRAGMA cache_size = -524288");
    QuickRandom random;
    const base::SystemClock clock;
    for (std::int64_t at = 0; at < count;) {
        store::Transaction transaction{db};
        const std::int64_t end = std::min(count, at + events_a_commit);
        for (; at < end; ++at) {
            const base::WallTime now = clock.wall();
            store::record_delivery(db, delivery_of(at + 1, now, random), now);
        }
        transaction.commit();
        if (db.wal_bytes() > checkpoint_bytes) db.checkpoint(false);
    }
    db.checkpoint(true);
    const store::Stream stream = store::load_stream(db);
    std::printf("{\"waiting\":%lld,\"bytes\":%lld}\n",
                static_cast<long long>(stream.next_seq - stream.acked - 1),
                static_cast<long long>(db.used_bytes()));
    return 0;
}

} // namespace

int main(int count, char** values)
{
    const std::vector<std::string> arguments(values + 1, values + count);
    try {
        if (arguments.size() == 4 && arguments[0] == "inserts")
            return measure_inserts(arguments[1], std::stoi(arguments[2]), std::stoi(arguments[3]));
        if (arguments.size() == 3 && arguments[0] == "fill")
            return fill(arguments[1], std::stoll(arguments[2]));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "store_load: %s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: store_load inserts FOLDER SECONDS SENDERS | fill FOLDER EVENTS\n");
    return 2;
}
