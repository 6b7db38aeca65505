#include "daemon/relay/session_flow.hpp"

#include <algorithm>

// From the store to the wire: what is loaded is staged as text, and sent as far as the window goes.
namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr auto reload_delay = 1s;

} // namespace

void Flow::loaded(Loaded answer, Instant now, Actions& out)
{
    if (!loading_ || answer.load != last_load_) return; // asked before the stream moved
    loading_ = false;
    if (answer.events.empty() && answer.first_seq <= load_from_) {
        out.push_back(LogEntry{base::Level::error,
                               "the store has no event where the stream goes on",
                               {{"seq", std::to_string(load_from_)}}});
        load_not_before_ = now.steady + reload_delay;
        return;
    }
    if (answer.first_seq > load_from_) stage_gap(load_from_, answer.first_seq);
    for (auto& event : answer.events) {
        if (event.seq < load_from_) continue;
        if (event.seq > load_from_) stage_gap(load_from_, event.seq);
        load_from_ = event.seq + 1;
        stage(event, now, out);
    }
}

void Flow::stage(LoadedEvent& loaded, Instant now, Actions& out)
{
    if (loaded.state == LoadedEvent::State::dead) return stage_skip(loaded.seq, loaded.dead_reason);
    if (loaded.state == LoadedEvent::State::damaged) {
        out.push_back(given_up(loaded.seq, "damaged", "its stored bytes no longer match their hash", now));
        return stage_skip(loaded.seq, "damaged");
    }
    if (loaded.nacks >= nacks_max) {
        out.push_back(
            given_up(loaded.seq, "nacked", "refused " + std::to_string(loaded.nacks) + " times", now));
        return stage_skip(loaded.seq, "nacked");
    }
    loaded.event.source = source_;
    auto text = encode_event(loaded.seq, loaded.attempts + 1, loaded.event);
    if (text.size() > max_message_) {
        out.push_back(given_up(loaded.seq, "too_large",
                               std::to_string(text.size()) + " bytes, but the cloud takes " +
                                   std::to_string(max_message_),
                               now));
        return stage_skip(loaded.seq, "too_large");
    }
    staged_bytes_ += static_cast<std::int64_t>(text.size());
    staged_.push_back({Staged::Kind::event, loaded.seq, loaded.nacks, std::move(text)});
}

void Flow::stage_skip(Seq seq, std::string_view reason)
{
    staged_.push_back({Staged::Kind::skip, seq, 0, encode(Skip{seq, std::string{reason}})});
}

void Flow::stage_gap(Seq from_seq, Seq first_seq)
{
    staged_.push_back({Staged::Kind::gap, first_seq, 0, encode(Gap{from_seq, first_seq})});
    load_from_ = first_seq;
}

bool Flow::may_send(const Staged& item) const
{
    if (item.kind == Staged::Kind::gap) return true;
    if (in_flight() >= window_.events) return false;
    // A skip is no event frame: it takes a place, so that skips are bounded as well, but no bytes.
    return item.kind == Staged::Kind::skip ||
           in_flight_bytes_ + static_cast<std::int64_t>(item.text.size()) <= window_.bytes;
}

void Flow::send_staged(Instant now, Actions& out)
{
    if (paused_ || send_not_before_) return;
    while (!staged_.empty() && may_send(staged_.front())) {
        Staged item = std::move(staged_.front());
        staged_.pop_front();
        if (item.kind == Staged::Kind::gap) {
            // Retention lets go of acked events only, and what is gone otherwise cannot be waited for.
            cursor_ = item.seq;
            greatest_sent_ = std::max(greatest_sent_, item.seq - 1);
            if (in_flight_.empty()) stream_.acked = std::max(stream_.acked, item.seq - 1);
            out.push_back(Send{link_, std::move(item.text)});
            continue;
        }
        const bool is_event = item.kind == Staged::Kind::event;
        const auto bytes = is_event ? static_cast<std::int64_t>(item.text.size()) : 0;
        staged_bytes_ -= bytes;
        if (in_flight_.empty()) progress_at_ = now.steady;
        in_flight_.push_back({item.seq, bytes, item.nacks, !is_event});
        in_flight_bytes_ += bytes;
        cursor_ = item.seq + 1;
        greatest_sent_ = std::max(greatest_sent_, item.seq);
        if (is_event) note_sending(item.seq, now, out);
        out.push_back(Send{link_, std::move(item.text)});
    }
}

void Flow::load_more(Actions& out)
{
    // The next chunk is fetched while half of the last still waits, so that a backlog never waits for the
    // disk.
    const bool enough = static_cast<std::int64_t>(staged_.size()) * 2 >= bounds_.chunk_events ||
                        staged_bytes_ * 2 >= bounds_.chunk_bytes;
    if (loading_ || enough || load_not_before_ || load_from_ >= stream_.next_seq) return;
    loading_ = true;
    out.push_back(Load{++last_load_, load_from_, bounds_.chunk_events, bounds_.chunk_bytes});
}

} // namespace mizo::relay
