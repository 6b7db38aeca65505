#include "daemon/store/stream.hpp"

#include <algorithm>

namespace mizo::store {

namespace {

constexpr std::int64_t boots_kept = 1000;

base::Error unknown_seq(std::int64_t seq)
{
    return base::Error{base::Errc::invalid, "stream.unknown_seq", "An event was named that was never stored.",
                       "seq=" + std::to_string(seq)};
}

} // namespace

Stream load_stream(Database& db)
{
    Statement load = db.prepare("SELECT epoch, first_seq, next_seq, acked FROM stream");
    load.bind().first();
    return {load.string(0), load.integer(1), load.integer(2), load.integer(3)};
}

std::int64_t begin_boot(Database& db, const Boot& boot, base::WallTime now)
{
    Statement rise = db.prepare("UPDATE stream SET fence = fence + 1 RETURNING fence");
    const std::int64_t fence = rise.bind().first().integer(0);
    rise.run();
    db.prepare("INSERT INTO boots (fence, boot_id, at_ms, version) VALUES (?, ?, ?, ?)")
        .bind(fence, boot.boot_id, now, boot.version)
        .run();
    db.prepare("DELETE FROM boots WHERE fence <= ?").bind(fence - boots_kept).run();
    return fence;
}

void record_sends(Database& db, std::span<const Send> sends)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO sends (first_seq, last_seq, attempt, sent_ms, session, ended_ms, outcome, code, text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    Statement insert = db.prepare(sql);
    for (const Send& send : sends) {
        insert
            .bind(send.first_seq, send.last_seq, send.attempt, send.sent, send.session, send.ended,
                  name_of(send.outcome), send.code, send.text)
            .run();
    }
}

base::Result<Stream> mark_acked(Database& db, const Ack& ack, base::WallTime now)
{
    Stream stream = load_stream(db);
    if (ack.upto >= stream.next_seq) return unknown_seq(ack.upto);
    if (ack.upto > stream.acked) {
        stream.acked = ack.upto;
        db.prepare("UPDATE stream SET acked = ?").bind(ack.upto).run();
        db.prepare("INSERT OR REPLACE INTO acks (upto, at_ms, session) VALUES (?, ?, ?)")
            .bind(ack.upto, now, ack.session)
            .run();
    }
    record_sends(db, ack.sends);
    return stream;
}

Stream go_back(Database& db, std::int64_t to)
{
    Stream stream = load_stream(db);
    const std::int64_t target = std::max(to, stream.first_seq - 1);
    if (target >= stream.acked) return stream;
    // The row that covered `target` goes with those beyond it, but what it says of the part that stays acked
    // is kept.
    static constexpr std::string_view split_sql = R"sql(
        INSERT INTO acks (upto, at_ms, session)
        SELECT ?, at_ms, session FROM acks WHERE upto >= ? ORDER BY upto LIMIT 1
        ON CONFLICT (upto) DO NOTHING
    )sql";
    if (target > 0) db.prepare(split_sql).bind(target, target).run();
    db.prepare("DELETE FROM acks WHERE upto > ?").bind(target).run();
    db.prepare("UPDATE stream SET acked = ?").bind(target).run();
    stream.acked = target;
    return stream;
}

Stream new_epoch(Database& db, const std::string& epoch)
{
    db.prepare("UPDATE stream SET epoch = ?").bind(epoch).run();
    return load_stream(db);
}

base::Result<void> add_dead_letter(Database& db, const DeadLetter& letter, base::WallTime now)
{
    const Stream stream = load_stream(db);
    if (letter.seq < 1 || letter.seq >= stream.next_seq) return unknown_seq(letter.seq);
    static constexpr std::string_view sql = R"sql(
        INSERT INTO dead_letters (seq, at_ms, given_up_by, code, text) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (seq) DO NOTHING
    )sql";
    db.prepare(sql).bind(letter.seq, now, name_of(letter.by), letter.code, letter.text).run();
    return {};
}

} // namespace mizo::store
