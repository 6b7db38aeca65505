#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/stream.hpp"
#include "tests/support/system.hpp"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace mizo::tests {

// A folder of its own for one test, gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() : path_{make_temporary_folder()} {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder()
    {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// A wall clock that stands still until it is moved.
class StillClock final : public base::Clock {
public:
    base::WallTime wall() const override { return base::from_ms(ms_.load()); }
    base::SteadyTime steady() const override { return base::SteadyTime{}; }
    void set(base::WallTime time) { ms_ = base::to_ms(time); }

private:
    std::atomic<std::int64_t> ms_{1'800'000'000'000};
};

inline constexpr std::int64_t day_ms = 86'400'000;
inline const base::WallTime noon = base::from_ms(1'800'000'000'000);

inline store::DatabaseOptions options_in(const TemporaryFolder& folder)
{
    store::DatabaseOptions options;
    options.path = (folder / "relay.db").string();
    return options;
}

// A UUID that tells its number.
inline std::string uuid_of(std::int64_t number, char kind = '0')
{
    std::string text = "00000000-0000-7000-8000-000000000000";
    const std::string digits = std::to_string(number);
    text.replace(text.size() - digits.size(), digits.size(), digits);
    text[0] = kind;
    return text;
}

inline store::Occurrence occurrence_of(std::int64_t number)
{
    store::Occurrence occurrence;
    occurrence.event_id = uuid_of(number, 'e');
    occurrence.kind = store::EventKind::changed;
    occurrence.event_text = "ticket changed";
    occurrence.ticket = 4000 + number;
    occurrence.title = "Printer " + std::to_string(number);
    occurrence.dedup_key = "key-" + std::to_string(number);
    return occurrence;
}

inline store::NewDelivery delivery_of(std::int64_t number)
{
    store::NewDelivery delivery;
    delivery.id = uuid_of(number, 'd');
    delivery.remote = "192.0.2.7";
    delivery.path = "/webhooks/halopsa/…";
    delivery.headers = "[]";
    delivery.content_type = "application/json";
    delivery.body = "{\"number\":" + std::to_string(number) + "}";
    delivery.thumbprint = "AB12";
    delivery.signature = "c2ln";
    delivery.signature_alg = "sha256-pkcs1";
    delivery.verification = "{}";
    delivery.occurrences = {occurrence_of(number)};
    return delivery;
}

// One that a database of the first version can take too: it knew nothing of tickets.
inline store::NewDelivery delivery_without_ticket(std::int64_t number)
{
    store::NewDelivery delivery = delivery_of(number);
    for (store::Occurrence& occurrence : delivery.occurrences) occurrence.ticket.reset();
    return delivery;
}

// A migrated database in a folder of its own.
struct StoreRig {
    TemporaryFolder folder;
    store::Database db{options_in(folder)};

    StoreRig() { store::migrate(db); }

    // Stores deliveries `first` to `last`, one event each.
    void store(std::int64_t first, std::int64_t last, base::WallTime now = noon)
    {
        store::Transaction transaction{db};
        for (std::int64_t number = first; number <= last; ++number)
            store::record_delivery(db, delivery_of(number), now);
        transaction.commit();
    }
    void ack(std::int64_t upto, base::WallTime now = noon)
    {
        const auto stream = store::mark_acked(db, {upto, "session", {}}, now);
        if (!stream) throw std::runtime_error{"refused ack"};
    }
    std::int64_t count(const std::string& table) { return db.scalar("SELECT count(*) FROM " + table); }
};

inline std::string read_file(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

inline void write_file(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream out{path, std::ios::binary};
    out << bytes;
}

} // namespace mizo::tests
