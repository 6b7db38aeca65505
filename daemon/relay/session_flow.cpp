#include "daemon/relay/session_flow.hpp"

#include <algorithm>

namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr auto mark_delay = 250ms;
constexpr Seq mark_events = 1'000;
constexpr std::size_t mark_ranges = 512;
// What the delivery log tells apart: sendings and acks of the same millisecond are written down as one.
constexpr milliseconds log_resolution{1};
// A cloud cannot hold the stream for longer than this with one nack.
constexpr std::int64_t retry_ms_max = 10 * 60 * 1000;
constexpr std::size_t reason_bytes = 500;

std::string cut(std::string_view text)
{
    return std::string{text.substr(0, reason_bytes)};
}

} // namespace

DeadLetter given_up(Seq seq, std::string_view code, std::string text, Instant now)
{
    return {seq, DeadLetterBy::relay, std::string{code}, std::move(text), now.wall};
}

void Flow::begin(StreamPosition stream)
{
    stream_ = std::move(stream);
    greatest_sent_ = stream_.acked;
    marked_ = stream_.acked;
    restart_at(stream_.acked + 1);
}

void Flow::stored(Seq next_seq)
{
    stream_.next_seq = std::max(stream_.next_seq, next_seq);
}

void Flow::trimmed(Seq first_seq)
{
    stream_.first_seq = std::max(stream_.first_seq, first_seq);
}

Flow::Opening Flow::open(LiveLink link, const Welcome& welcome, Instant now, Actions& out)
{
    const bool known = welcome.resume && welcome.resume->epoch == stream_.epoch;
    const Seq durable = known ? welcome.resume->durable_seq : stream_.acked;
    if (durable >= stream_.next_seq && known) return Opening::needs_new_epoch;

    close(out);
    open_ = true;
    paused_ = false;
    link_ = link.id;
    session_ = welcome.session;
    source_ = std::move(link.source);
    max_message_ = static_cast<std::size_t>(welcome.max_message);
    set_window(welcome.window, now);
    greatest_sent_ = std::max(greatest_sent_, durable);
    if (suspect_ && *suspect_ > durable && *suspect_ < stream_.next_seq)
        out.push_back(given_up(*suspect_, "too_large", "the cloud ended the link over its size", now));
    suspect_.reset();

    if (durable < stream_.acked) {
        go_back_in_store(durable + 1, out);
        return Opening::goes_on;
    }
    if (durable > stream_.acked) {
        stream_.acked = durable;
        note_ack(durable, now);
        if (!mark_due_) mark_due_ = now.steady + mark_delay;
    }
    // A stream that is still being moved starts where the store's answer says.
    move_to_.reset();
    restart_at(stream_.acked + 1);
    return Opening::goes_on;
}

Flow::Problem Flow::welcomed_again(const Welcome& welcome, Instant now, Actions& out)
{
    const bool known = welcome.resume && welcome.resume->epoch == stream_.epoch;
    if (known)
        if (auto problem = acked_up_to(welcome.resume->durable_seq, now, out)) return problem;
    set_window(welcome.window, now);
    return {};
}

void Flow::close(Actions& out)
{
    flush_mark(out);
    open_ = false;
    paused_ = false;
    restart_at(stream_.acked + 1);
    window_ = {};
}

Flow::Problem Flow::ack(const Ack& frame, Instant now, Actions& out)
{
    if (auto problem = acked_up_to(frame.upto, now, out)) return problem;
    last_ack_ = now.wall;
    if (frame.window) set_window(*frame.window, now);
    return {};
}

Flow::Problem Flow::acked_up_to(Seq upto, Instant now, Actions& out)
{
    if (upto > greatest_sent_)
        return "ack of " + std::to_string(upto) + ", but nothing beyond " + std::to_string(greatest_sent_) +
               " was sent";
    // After a rewind the cloud may well have more than was sent again so far; that part is still to come.
    upto = std::min(upto, cursor_ - 1);
    if (is_moving()) return {};
    while (!in_flight_.empty() && in_flight_.front().seq <= upto) {
        in_flight_bytes_ -= in_flight_.front().bytes;
        in_flight_.pop_front();
        progress_at_ = now.steady;
    }
    if (upto <= stream_.acked) return {};
    stream_.acked = upto;
    note_ack(upto, now);
    if (!mark_due_) mark_due_ = now.steady + mark_delay;
    if (stream_.acked - marked_ >= mark_events) flush_mark(out);
    return {};
}

Flow::Problem Flow::nack(const Nack& frame, Instant now, Actions& out)
{
    if (frame.seq > greatest_sent_) return "nack of " + std::to_string(frame.seq) + ", which was never sent";
    const auto refused = std::find_if(in_flight_.begin(), in_flight_.end(),
                                      [&](const InFlight& sent) { return sent.seq == frame.seq; });
    if (refused == in_flight_.end() || refused->dead) return {}; // of an earlier sending

    progress_at_ = now.steady;
    if (frame.final) {
        refused->dead = true;
        out.push_back(DeadLetter{frame.seq, DeadLetterBy::cloud, frame.code, cut(frame.text), now.wall});
        return {};
    }
    out.push_back(RecordNack{frame.seq, frame.code, cut(frame.text), now.wall});
    const bool is_last = refused->nacks + 1 >= nacks_max;
    if (is_last)
        out.push_back(given_up(frame.seq, "nacked",
                               "refused " + std::to_string(nacks_max) + " times, last as " + frame.code +
                                   ": " + cut(frame.text),
                               now));
    go_back(frame.seq, out);
    if (!is_last) send_not_before_ = now.steady + milliseconds{std::min(frame.retry_ms, retry_ms_max)};
    return {};
}

Flow::Problem Flow::rewind(const Rewind& frame, Actions& out)
{
    if (frame.from_seq > greatest_sent_ + 1)
        return "rewind to " + std::to_string(frame.from_seq) + ", but nothing beyond " +
               std::to_string(greatest_sent_) + " was sent";
    // It un-acks nothing; where it reaches too far back, the store's answer shows the gap.
    if (is_moving() && move_to_)
        move_to_ = frame.from_seq;
    else if (frame.from_seq < cursor_)
        go_back(frame.from_seq, out);
    return {};
}

void Flow::new_epoch(Actions& out)
{
    close(out);
    ++moves_;
    out.push_back(NewEpoch{});
}

void Flow::go_back(Seq seq, Actions& out)
{
    // The store must know of these sendings before it is asked for the events again.
    flush_mark(out);
    while (!in_flight_.empty() && in_flight_.back().seq >= seq) {
        in_flight_bytes_ -= in_flight_.back().bytes;
        in_flight_.pop_back();
    }
    cursor_ = seq;
    load_from_ = seq;
    loading_ = false;
    staged_.clear();
    staged_bytes_ = 0;
}

void Flow::go_back_in_store(Seq from_seq, Actions& out)
{
    restart_at(from_seq);
    stream_.acked = std::min(stream_.acked, from_seq - 1);
    marked_ = stream_.acked;
    move_to_ = from_seq;
    ++moves_;
    out.push_back(GoBack{from_seq - 1});
}

void Flow::restart_at(Seq seq)
{
    in_flight_.clear();
    in_flight_bytes_ = 0;
    staged_.clear();
    staged_bytes_ = 0;
    cursor_ = seq;
    load_from_ = seq;
    loading_ = false;
    load_not_before_.reset();
    send_not_before_.reset();
    progress_at_.reset();
}

void Flow::moved(StreamPosition stream, Actions& out)
{
    if (moves_ > 0) --moves_;
    // Only the last answer tells where the stream stands.
    if (moves_ > 0) return;
    if (stream.epoch != stream_.epoch) greatest_sent_ = stream.acked;
    // What was stored meanwhile may have been told of already.
    stream.next_seq = std::max(stream.next_seq, stream_.next_seq);
    stream_ = std::move(stream);
    marked_ = stream_.acked;
    const Seq wanted = move_to_.value_or(stream_.acked + 1);
    restart_at(std::max(wanted, stream_.first_seq));
    if (open_ && wanted < stream_.first_seq)
        out.push_back(Send{link_, encode(Gap{wanted, stream_.first_seq})});
    move_to_.reset();
}

void Flow::turn(Instant now, Actions& out)
{
    if (mark_due_ && now.steady >= *mark_due_) flush_mark(out);
    if (send_not_before_ && now.steady >= *send_not_before_) send_not_before_.reset();
    if (load_not_before_ && now.steady >= *load_not_before_) load_not_before_.reset();
    if (!open_ || is_moving()) return;
    send_staged(now, out);
    load_more(out);
}

std::optional<SteadyTime> Flow::wake() const
{
    std::optional<SteadyTime> first;
    for (const auto& due : {mark_due_, send_not_before_, load_not_before_})
        if (due && (!first || *due < *first)) first = due;
    return first;
}

std::optional<SteadyTime> Flow::owed_since() const
{
    if (!open_ || in_flight_.empty() || window_.events == 0) return {};
    return progress_at_;
}

bool Flow::is_stuck() const
{
    return open_ && in_flight_.empty() && !staged_.empty() && window_.events > 0 &&
           static_cast<std::int64_t>(staged_.front().text.size()) > window_.bytes;
}

void Flow::suspect_first()
{
    if (!in_flight_.empty()) suspect_ = in_flight_.front().seq;
}

void Flow::set_window(const Window& offered, Instant now)
{
    const bool reopens = window_.events == 0 && offered.events > 0;
    window_.events = std::min(offered.events, bounds_.window_max.events);
    window_.bytes = std::min(offered.bytes, bounds_.window_max.bytes);
    if (reopens) progress_at_ = now.steady;
}

void Flow::flush_mark(Actions& out)
{
    mark_due_.reset();
    if (stream_.acked == marked_ && sendings_.empty()) return;
    out.push_back(MarkAcked{stream_.acked, std::move(acks_), std::move(sendings_), session_});
    acks_.clear();
    sendings_.clear();
    marked_ = stream_.acked;
}

void Flow::note_ack(Seq upto, Instant now)
{
    const bool same = !acks_.empty() && now.wall - acks_.back().at < log_resolution;
    if (same)
        acks_.back().upto = upto;
    else
        acks_.push_back({upto, now.wall});
}

void Flow::note_sending(Seq seq, Instant now, Actions& out)
{
    const bool follows = !sendings_.empty() && sendings_.back().last_seq + 1 == seq &&
                         now.wall - sendings_.back().first_at < log_resolution;
    if (follows) {
        sendings_.back().last_seq = seq;
        sendings_.back().last_at = now.wall;
        return;
    }
    if (sendings_.size() == mark_ranges) flush_mark(out);
    sendings_.push_back({seq, seq, now.wall, now.wall});
}

} // namespace mizo::relay
