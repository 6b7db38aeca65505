#pragma once

#include "daemon/relay/session_types.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>

namespace mizo::relay::simulation {

// The relay's database as the link sees it. What is marked reaches the disk later, or never; everything else
// is on disk at once.
class StoreModel {
public:
    struct Row {
        std::string id;
        std::size_t bytes = 0;
        std::int64_t attempts = 0;
        std::int64_t nacks = 0;
        bool damaged = false;
        bool dead = false;
    };

    StreamPosition position() const { return {epoch_, first_seq_, next_seq_, acked_}; }
    const std::map<Seq, Row>& rows() const { return rows_; }
    const std::set<std::string>& let_go() const { return let_go_; }

    Seq add(Row row)
    {
        row.id = "id-" + std::to_string(++ids_);
        rows_[next_seq_] = std::move(row);
        return ++next_seq_;
    }

    void mark(const MarkAcked& mark) { marks_.push_back(mark); }
    void write_marks()
    {
        for (const auto& mark : marks_) {
            acked_ = std::max(acked_, std::min(mark.upto, next_seq_ - 1));
            for (const auto& range : mark.sendings)
                for (Seq seq = range.first_seq; seq <= range.last_seq; ++seq)
                    if (const auto row = rows_.find(seq); row != rows_.end()) ++row->second.attempts;
        }
        marks_.clear();
    }
    void lose_marks() { marks_.clear(); }

    void nack(Seq seq) { ++rows_.at(seq).nacks; }
    void bury(Seq seq) { rows_.at(seq).dead = true; }
    void go_back(Seq durable)
    {
        write_marks();
        acked_ = std::max(std::min(acked_, durable), first_seq_ - 1);
    }
    void new_epoch()
    {
        write_marks();
        epoch_ = "epoch-" + std::to_string(++epochs_);
    }

    // Retention: acked events only.
    void trim(Seq first_seq)
    {
        first_seq = std::min(first_seq, acked_ + 1);
        while (!rows_.empty() && rows_.begin()->first < first_seq) {
            let_go_.insert(rows_.begin()->second.id);
            rows_.erase(rows_.begin());
        }
        first_seq_ = std::max(first_seq_, first_seq);
    }

    // A backup is restored: the newest events, and what was acked, were never heard of.
    void set_back(Seq next_seq)
    {
        next_seq = std::max(next_seq, first_seq_);
        marks_.clear();
        rows_.erase(rows_.lower_bound(next_seq), rows_.end());
        next_seq_ = next_seq;
        acked_ = std::min(acked_, next_seq - 1);
    }

    Loaded load(const Load& wanted) const
    {
        Loaded answer{wanted.load, first_seq_, {}};
        std::int64_t bytes = 0;
        for (auto row = rows_.lower_bound(wanted.from_seq); row != rows_.end(); ++row) {
            const bool full =
                static_cast<std::int64_t>(answer.events.size()) == wanted.max_events ||
                (bytes > 0 && bytes + static_cast<std::int64_t>(row->second.bytes) > wanted.max_bytes);
            if (full) break;
            bytes += static_cast<std::int64_t>(row->second.bytes);
            answer.events.push_back(loaded(row->first, row->second));
        }
        return answer;
    }

private:
    static LoadedEvent loaded(Seq seq, const Row& row)
    {
        LoadedEvent event;
        event.seq = seq;
        event.attempts = row.attempts;
        event.nacks = row.nacks;
        if (row.dead) {
            event.state = LoadedEvent::State::dead;
        } else if (row.damaged) {
            event.state = LoadedEvent::State::damaged;
        } else {
            event.event.id = row.id;
            event.event.type = "com.halopsa.ticket.created";
            event.event.dedupkey = row.id;
            event.event.data = std::string(row.bytes, 'x');
        }
        return event;
    }

    std::string epoch_ = "epoch-1";
    int epochs_ = 1;
    int ids_ = 0;
    Seq first_seq_ = 1;
    Seq next_seq_ = 1;
    Seq acked_ = 0;
    std::map<Seq, Row> rows_;
    std::deque<MarkAcked> marks_;
    std::set<std::string> let_go_;
};

} // namespace mizo::relay::simulation
