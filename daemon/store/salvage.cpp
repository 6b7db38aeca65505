#include "daemon/store/salvage.hpp"

#include "certs/digest.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/store/damage_marker.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/readable_rows.hpp"
#include "daemon/store/replace.hpp"
#include "daemon/store/schema_pages.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>

namespace mizo::store {

namespace {

constexpr std::int64_t rows_a_commit = 2000;

// What a seq or a fence never reaches: a higher one is damage.
constexpr std::int64_t highest_number = std::int64_t{1} << 52;

// "(?, ?, …)"
std::string parameters(int count)
{
    std::string text = "(?";
    for (int i = 1; i < count; ++i) text += ", ?";
    return text + ")";
}

// From the damaged database, of which every read may fail, into the new one. They are two connections, so
// that a failure of the one is none of the other.
class Salvage {
public:
    Salvage(Database& old, Database& db, SalvageReport& report) : old_{old}, db_{db}, report_{report} {}

    void run(const std::string& epoch, base::WallTime now);

private:
    enum class Copied { whole, damaged, unreadable };

    void read_stream(base::WallTime now);
    std::int64_t largest_in_range(const std::string& table, const std::string& column);
    std::int64_t copy_table(const std::string& table, const std::string& condition = "true");
    bool copy_row(Statement& select, const std::string& table);
    void copy_events(bool waiting);
    bool copy_event(std::int64_t id, bool waiting);
    Copied copy_delivery(std::int64_t id);
    void copy_other_deliveries();
    void copy_traces();
    void finish(const std::string& epoch);
    bool quietly(const std::function<void()>& step);
    void commit_now_and_then();

    Database& old_;
    Database& db_;
    SalvageReport& report_;
    std::int64_t acked_ = 0;
    std::int64_t next_seq_ = 1;
    std::int64_t fence_ = 0;
    std::int64_t since_commit_ = 0;
};

// Whether it could be done. What a damaged page prevents is left behind.
bool Salvage::quietly(const std::function<void()>& step)
{
    try {
        step();
        return true;
    } catch (const Failure& failure) {
        if (!failure.corrupt() && !failure.constraint() && failure.extended_code() != SQLITE_ERROR) throw;
        return false;
    }
}

void Salvage::commit_now_and_then()
{
    if (++since_commit_ % rows_a_commit != 0) return;
    db_.run("COMMIT; BEGIN IMMEDIATE");
}

// Its numbers are believed only where they fit together. Too low a watermark sends again what the cloud knows
// already; one too high would never send what waits.
void Salvage::read_stream(base::WallTime now)
{
    std::int64_t next_seq = 0;
    quietly([&] {
        Statement load = old_.prepare("SELECT acked, next_seq, fence FROM stream");
        load.bind().first();
        acked_ = load.integer(0);
        next_seq = load.integer(1);
        fence_ = load.integer(2);
    });
    if (acked_ < 0 || acked_ >= next_seq || next_seq > highest_number) {
        acked_ = 0;
        quietly([&] { acked_ = largest_in_range("acks", "upto"); });
    }
    next_seq_ = acked_ + 1;
    // Where the fence could not be read, one that is surely higher.
    if (fence_ < 1 || fence_ > highest_number) fence_ = base::to_ms(now) / 1000;
    quietly([&] { fence_ = std::max(fence_, largest_in_range("boots", "fence")); });
}

std::int64_t Salvage::largest_in_range(const std::string& table, const std::string& column)
{
    return old_.scalar("SELECT coalesce(max(" + column + "), 0) FROM " + table + " WHERE " + column +
                       " BETWEEN 0 AND " + std::to_string(highest_number));
}

// Copies the row that the statement stands on; whether it could be.
bool Salvage::copy_row(Statement& select, const std::string& table)
{
    return quietly([&] {
        const std::string sql = "INSERT OR IGNORE INTO " + table + " VALUES " + parameters(select.columns());
        db_.prepare(sql).bind_row(select).run();
    });
}

std::int64_t Salvage::copy_table(const std::string& table, const std::string& condition)
{
    std::int64_t copied = 0;
    // An older database does not have every table.
    if (old_.scalar("SELECT count(*) FROM sqlite_schema WHERE name = '" + table + "'") == 0) return copied;
    Statement select = old_.prepare("SELECT * FROM " + table + " WHERE rowid = ? AND " + condition);
    for (const std::int64_t id : readable_rows(old_, table)) {
        const bool whole = quietly([&] {
            if (select.bind(id).step() && copy_row(select, table)) ++copied;
        });
        if (!whole && (report_.unreadable.empty() || report_.unreadable.back() != table))
            report_.unreadable.push_back(table);
        commit_now_and_then();
    }
    return copied;
}

Salvage::Copied Salvage::copy_delivery(std::int64_t id)
{
    Statement known = db_.prepare("SELECT 1 FROM deliveries WHERE id = ?");
    if (known.bind(id).step()) return Copied::whole;
    Copied copied = Copied::unreadable;
    quietly([&] {
        Statement load = old_.prepare("SELECT * FROM deliveries WHERE id = ?");
        Statement body = old_.prepare("SELECT b.bytes, d.body_sha256 FROM bodies b CROSS JOIN deliveries d"
                                      " ON d.id = b.delivery WHERE b.delivery = ?");
        if (!load.bind(id).step()) return;
        const bool has_body = body.bind(id).step();
        if (has_body && !std::ranges::equal(certs::sha256(body.blob(0)), body.blob(1))) {
            copied = Copied::damaged;
            return;
        }
        if (!copy_row(load, "deliveries") || !known.bind(id).step()) return;
        if (has_body) db_.prepare("INSERT INTO bodies VALUES (?, ?)").bind(id, body.blob(0)).run();
        ++report_.deliveries;
        copied = Copied::whole;
    });
    if (copied == Copied::damaged) ++report_.damaged;
    return copied;
}

bool Salvage::copy_event(std::int64_t id, bool waiting)
{
    static constexpr std::string_view row_sql = R"sql(
        SELECT id, ?, uuid, delivery, kind, event_text, ticket, title, occurred_ms, received_ms, origin,
            batch_index, dedup_key, replay_of, own, understood
        FROM events WHERE id = ?
    )sql";
    Statement load =
        old_.prepare("SELECT seq, delivery, dedup_key, uuid, received_ms FROM events WHERE id = ?");
    if (!load.bind(id).step()) return false;
    const std::int64_t delivery = load.integer(1);
    std::optional<std::int64_t> seq = load.optional_integer(0);
    if ((seq && *seq > acked_) != waiting) return false;
    if (copy_delivery(delivery) != Copied::whole) return false;
    Statement body = db_.prepare("SELECT 1 FROM bodies WHERE delivery = ?");
    if (waiting && !body.bind(delivery).step()) return false; // nothing to send
    // What waits gets new seqs, without the gaps that damage left; its dead letters go with it.
    if (waiting) seq = next_seq_;
    Statement row = old_.prepare(row_sql);
    if (!row.bind(seq, id).step() || !copy_row(row, "events") || db_.changes() != 1) return false;
    // Known as seen only if it is here: what was lost may come again.
    db_.prepare("INSERT OR IGNORE INTO repeats (key, event, seen_ms) VALUES (?, ?, ?)")
        .bind(certs::sha256(load.text(2)), load.text(3), load.integer(4))
        .run();
    if (!waiting) return true;
    ++next_seq_;
    quietly([&] {
        Statement letter =
            old_.prepare("SELECT ?, at_ms, given_up_by, code, text FROM dead_letters WHERE seq = ?");
        if (letter.bind(*seq, load.integer(0)).step()) copy_row(letter, "dead_letters");
    });
    return true;
}

void Salvage::copy_events(bool waiting)
{
    for (const std::int64_t id : readable_rows(old_, "events")) {
        bool copied = false;
        quietly([&] { copied = copy_event(id, waiting); });
        if (!copied) continue;
        ++(waiting ? report_.unacked : report_.log);
        commit_now_and_then();
    }
}

// Those that brought no events: repeated and rejected.
void Salvage::copy_other_deliveries()
{
    for (const std::int64_t id : readable_rows(old_, "deliveries")) {
        Statement other = old_.prepare("SELECT 1 FROM deliveries WHERE id = ? AND outcome <> 'accepted'");
        quietly([&] {
            if (other.bind(id).step()) copy_delivery(id);
        });
        commit_now_and_then();
    }
    Statement kept =
        db_.prepare("SELECT count(*), coalesce(sum(body_size + length(headers) + length(verification)"
                    " + 512), 0) FROM deliveries WHERE outcome = 'rejected'"
                    " AND outcome <> 'accepted'");
    kept.bind().first();
    db_.prepare("UPDATE rejected_space SET count = ?, bytes = ?")
        .bind(kept.integer(0), kept.integer(1))
        .run();
}

// How and when the acked ones left.
void Salvage::copy_traces()
{
    const std::string upto = std::to_string(acked_);
    copy_table("acks", "upto <= " + upto);
    copy_table("sends", "last_seq <= " + upto);
    copy_table("dead_letters", "seq <= " + upto);
}

void Salvage::finish(const std::string& epoch)
{
    db_.prepare("UPDATE stream SET epoch = ?, first_seq = ?, next_seq = ?, acked = ?, fence = ?")
        .bind(epoch, acked_ + 1, next_seq_, acked_, fence_)
        .run();
}

void Salvage::run(const std::string& epoch, base::WallTime now)
{
    db_.run("BEGIN IMMEDIATE");
    read_stream(now);
    copy_events(true);
    report_.settings = copy_table("settings");
    report_.certificates = copy_table("certificates");
    report_.identity = copy_table("identity") > 0;
    for (const char* table : {"secrets", "meta", "account", "sign_in_failures", "audit", "alerts",
                              "agent_keys", "agent_calls", "boots", "metrics_history"})
        copy_table(table);
    copy_events(false);
    copy_other_deliveries();
    copy_traces();
    finish(epoch);
    db_.run("COMMIT");
}

// Whether SQLite knows the tables. Throws Failure where it cannot read what they are.
bool knows_tables(Database& db)
{
    return db.scalar("SELECT count(*) FROM sqlite_schema WHERE name IN ('stream', 'deliveries', 'events')"
                     " AND sql IS NOT NULL") == 3;
}

bool schema_is_readable(const DatabaseOptions& options)
{
    try {
        Database db{options};
        return knows_tables(db);
    } catch (const Failure&) {
        return false;
    }
}

// The damaged database as it is: the evidence is not written to, but for what no row can be read without.
std::unique_ptr<Database> open_damaged(const std::string& path, SalvageReport& report)
{
    DatabaseOptions options;
    options.path = path;
    options.read_only = true;
    if (!schema_is_readable(options) && put_back_schema_pages(path)) report.unreadable.emplace_back("schema");
    try {
        auto old = std::make_unique<Database>(options);
        if (!knows_tables(*old)) throw Failure{SQLITE_CORRUPT, "looking for the tables"};
        try {
            report.damage = old->quick_check();
        } catch (const Failure& failure) {
            report.damage = failure.what();
        }
        return old;
    } catch (const Failure& failure) {
        report.damage = failure.what();
        report.unreadable.emplace_back("all");
        return nullptr;
    }
}

// What can be had of the damaged database, as a whole and closed one.
SalvageReport make_fresh(const DatabaseOptions& options, const std::string& epoch, base::WallTime now)
{
    SalvageReport report;
    const std::unique_ptr<Database> old = open_damaged(options.path, report);
    DatabaseOptions fresh = options;
    fresh.path = fresh_database(base::path_of(options.path)).string();
    Database db{fresh};
    migrate(db);
    if (old)
        Salvage{*old, db, report}.run(epoch, now);
    else
        db.prepare("UPDATE stream SET epoch = ?, fence = ?").bind(epoch, base::to_ms(now) / 1000).run();
    if (!db.checkpoint(true)) throw Failure{SQLITE_BUSY, "moving the log into the salvaged database"};
    return report;
}

} // namespace

SalvageReport salvage(const DatabaseOptions& options, const std::string& epoch, base::WallTime now)
{
    const std::filesystem::path path = base::path_of(options.path);
    if (const auto marked = mark_damaged(path); !marked) throw std::runtime_error{marked.error().text()};
    SalvageReport report = make_fresh(options, epoch, now);
    report.set_aside = replace_database(path, "corrupt", now).string();
    return report;
}

} // namespace mizo::store
