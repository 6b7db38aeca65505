#include "daemon/store/salvage.hpp"

#include "certs/digest.hpp"
#include "daemon/store/file_stamp.hpp"
#include "daemon/store/migrate.hpp"
#include "daemon/store/readable_rows.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace mizo::store {

namespace {

constexpr std::int64_t rows_a_commit = 2000;

// The new database with the damaged one attached as `old`. Every read of `old` may fail.
class Salvage {
public:
    Salvage(Database& db, SalvageReport& report) : db_{db}, report_{report} {}

    void run(const std::string& epoch, base::WallTime now);

private:
    enum class Copied { whole, damaged, unreadable };

    void read_stream();
    void copy_table(const std::string& table, std::int64_t* count = nullptr);
    void copy_events(bool waiting);
    bool copy_event(std::int64_t id, bool waiting);
    Copied copy_delivery(std::int64_t id);
    void copy_other_deliveries();
    void copy_traces();
    void finish(const std::string& epoch, base::WallTime now);
    bool quietly(const std::function<void()>& step);
    void commit_now_and_then();

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

void Salvage::read_stream()
{
    quietly([&] {
        Statement load = db_.prepare("SELECT acked, fence FROM old.stream");
        load.bind().first();
        acked_ = load.integer(0);
        fence_ = load.integer(1);
    });
    quietly([&] { fence_ = std::max(fence_, db_.scalar("SELECT coalesce(max(fence), 0) FROM old.boots")); });
    next_seq_ = acked_ + 1;
}

void Salvage::copy_table(const std::string& table, std::int64_t* count)
{
    std::int64_t copied = 0;
    const bool whole = quietly([&] {
        db_.run("INSERT OR IGNORE INTO main." + table + " SELECT * FROM old." + table);
        copied = db_.changes();
    });
    if (!whole) {
        // As many rows as can be reached; a table without rowids gives none.
        report_.unreadable.push_back(table);
        const std::string sql =
            "INSERT OR IGNORE INTO main." + table + " SELECT * FROM old." + table + " WHERE rowid = ?";
        for (const std::int64_t id : readable_rows(db_, "old." + table)) {
            quietly([&] {
                db_.prepare(sql).bind(id).run();
                copied += db_.changes();
            });
        }
    }
    if (count != nullptr) *count = copied;
}

Salvage::Copied Salvage::copy_delivery(std::int64_t id)
{
    Statement known = db_.prepare("SELECT 1 FROM main.deliveries WHERE id = ?");
    if (known.bind(id).step()) return Copied::whole;
    Copied copied = Copied::unreadable;
    quietly([&] {
        Statement load = db_.prepare("SELECT b.bytes, d.body_sha256 FROM old.deliveries d"
                                     " LEFT JOIN old.bodies b ON b.delivery = d.id WHERE d.id = ?");
        if (!load.bind(id).step()) return;
        const bool has_body = !load.is_null(0);
        if (has_body && !std::ranges::equal(certs::sha256(load.blob(0)), load.blob(1))) {
            copied = Copied::damaged;
            return;
        }
        db_.prepare("INSERT INTO main.deliveries SELECT * FROM old.deliveries WHERE id = ?").bind(id).run();
        if (has_body)
            db_.prepare("INSERT INTO main.bodies (delivery, bytes) VALUES (?, ?)")
                .bind(id, load.blob(0))
                .run();
        ++report_.deliveries;
        copied = Copied::whole;
    });
    if (copied == Copied::damaged) ++report_.damaged;
    return copied;
}

bool Salvage::copy_event(std::int64_t id, bool waiting)
{
    Statement load =
        db_.prepare("SELECT seq, delivery, dedup_key, uuid, received_ms FROM old.events WHERE id = ?");
    if (!load.bind(id).step()) return false;
    const std::int64_t delivery = load.integer(1);
    std::optional<std::int64_t> seq = load.optional_integer(0);
    if ((seq && *seq > acked_) != waiting) return false;
    if (copy_delivery(delivery) != Copied::whole) return false;
    Statement body = db_.prepare("SELECT 1 FROM main.bodies WHERE delivery = ?");
    if (waiting && !body.bind(delivery).step()) return false; // nothing to send
    // What waits gets new seqs, without the gaps that damage left; its dead letters go with it.
    if (waiting) seq = next_seq_;
    db_.prepare("INSERT INTO main.events (seq, uuid, delivery, kind, event_text, ticket, title, occurred_ms,"
                " received_ms, origin, batch_index, dedup_key, replay_of, own, understood)"
                " SELECT ?, uuid, delivery, kind, event_text, ticket, title, occurred_ms,"
                " received_ms, origin, batch_index, dedup_key, replay_of, own, understood"
                " FROM old.events WHERE id = ?")
        .bind(seq, id)
        .run();
    // Known as seen only if it is here: what was lost may come again.
    db_.prepare("INSERT OR IGNORE INTO main.repeats (key, event, seen_ms) VALUES (?, ?, ?)")
        .bind(certs::sha256(load.text(2)), load.text(3), load.integer(4))
        .run();
    if (waiting) {
        db_.prepare("INSERT OR IGNORE INTO main.dead_letters SELECT ?, at_ms, given_up_by, code, text"
                    " FROM old.dead_letters WHERE seq = ?")
            .bind(*seq, load.integer(0))
            .run();
        ++next_seq_;
    }
    return true;
}

void Salvage::copy_events(bool waiting)
{
    for (const std::int64_t id : readable_rows(db_, "old.events")) {
        bool copied = false;
        quietly([&] {
            Savepoint savepoint{db_};
            copied = copy_event(id, waiting);
            savepoint.release();
        });
        if (!copied) continue;
        ++(waiting ? report_.unacked : report_.log);
        commit_now_and_then();
    }
}

// Those that brought no events: repeated and rejected.
void Salvage::copy_other_deliveries()
{
    for (const std::int64_t id : readable_rows(db_, "old.deliveries")) {
        Statement other = db_.prepare("SELECT 1 FROM old.deliveries WHERE id = ? AND outcome <> 'accepted'");
        quietly([&] {
            if (other.bind(id).step()) copy_delivery(id);
        });
        commit_now_and_then();
    }
    db_.run("UPDATE rejected_space SET (count, bytes) = ("
            "SELECT count(*), coalesce(sum(body_size + length(headers) + length(verification) + 512), 0)"
            " FROM deliveries WHERE outcome = 'rejected' AND outcome <> 'accepted')");
}

// How and when the acked ones left.
void Salvage::copy_traces()
{
    const std::string upto = std::to_string(acked_);
    quietly([&] { db_.run("INSERT INTO main.acks SELECT * FROM old.acks WHERE upto <= " + upto); });
    quietly([&] { db_.run("INSERT INTO main.sends SELECT * FROM old.sends WHERE last_seq <= " + upto); });
    quietly([&] {
        db_.run("INSERT OR IGNORE INTO main.dead_letters SELECT * FROM old.dead_letters WHERE seq <= " +
                upto);
    });
}

void Salvage::finish(const std::string& epoch, base::WallTime now)
{
    // Where the fence could not be read, one that is surely higher.
    if (fence_ == 0) fence_ = base::to_ms(now) / 1000;
    db_.prepare("UPDATE stream SET epoch = ?, first_seq = ?, next_seq = ?, acked = ?, fence = ?")
        .bind(epoch, acked_ + 1, next_seq_, acked_, fence_)
        .run();
}

void Salvage::run(const std::string& epoch, base::WallTime now)
{
    db_.run("BEGIN IMMEDIATE");
    read_stream();
    copy_events(true);
    copy_table("settings", &report_.settings);
    copy_table("certificates", &report_.certificates);
    std::int64_t identities = 0;
    copy_table("identity", &identities);
    report_.identity = identities > 0;
    for (const char* table :
         {"secrets", "meta", "account", "sign_in_failures", "audit", "boots", "metrics_history"})
        copy_table(table);
    copy_events(false);
    copy_other_deliveries();
    copy_traces();
    finish(epoch, now);
    db_.run("COMMIT");
}

std::string describe_damage(const std::string& path)
{
    try {
        DatabaseOptions options;
        options.path = path;
        options.read_only = true; // the evidence stays as it is
        Database db{options};
        return db.quick_check();
    } catch (const Failure& failure) {
        return failure.what();
    }
}

} // namespace

SalvageReport salvage(const DatabaseOptions& options, const std::string& epoch, base::WallTime now)
{
    SalvageReport report;
    const std::filesystem::path path = options.path;
    const std::filesystem::path folder = move_database_aside(path, "corrupt", now);
    const std::string damaged = (folder / path.filename()).string();
    report.set_aside = folder.string();
    report.damage = describe_damage(damaged);
    Database db{options};
    migrate(db);
    // The evidence stays as it is: closing does not move its log into it.
    sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    try {
        db.prepare("ATTACH ? AS old").bind(damaged).run();
        db.scalar("SELECT count(*) FROM old.sqlite_schema");
    } catch (const Failure&) {
        report.unreadable.emplace_back("all");
        db.prepare("UPDATE stream SET epoch = ?, fence = ?").bind(epoch, base::to_ms(now) / 1000).run();
        return report;
    }
    Salvage{db, report}.run(epoch, now);
    return report;
}

} // namespace mizo::store
