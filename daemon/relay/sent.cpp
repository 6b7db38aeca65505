#include "daemon/relay/sent.hpp"

#include <algorithm>
#include <iterator>

namespace mizo::relay {

namespace {

void end(std::vector<store::Send>& sends, store::SendOutcome outcome, WallTime at)
{
    for (store::Send& send : sends) {
        send.outcome = outcome;
        send.ended = at;
    }
}

void append(std::vector<store::Send>& to, std::vector<store::Send> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

void Sent::note(const Loaded& loaded)
{
    for (const LoadedEvent& event : loaded.events)
        if (event.attempts > 0) earlier_[event.seq] = event.attempts;
}

void Sent::add(const MarkAcked& mark)
{
    for (const Sendings& range : mark.sendings) open_.push_back({range, mark.session});
}

std::vector<store::Send> Sent::acked(Seq upto, WallTime at)
{
    std::vector<store::Send> ended;
    std::deque<Open> still_open;
    for (Open& open : open_) {
        append(ended, cut(open, std::min(open.range.last_seq, upto)));
        open.range.first_seq = std::max(open.range.first_seq, upto + 1);
        if (open.range.first_seq <= open.range.last_seq) still_open.push_back(std::move(open));
    }
    open_ = std::move(still_open);
    earlier_.erase(earlier_.begin(), earlier_.upper_bound(upto));
    end(ended, store::SendOutcome::acked, at);
    return ended;
}

std::vector<store::Send> Sent::lost(const std::string& code, const std::string& text, WallTime at)
{
    std::vector<store::Send> ended;
    for (const Open& open : open_) append(ended, cut(open, open.range.last_seq));
    open_.clear();
    end(ended, store::SendOutcome::lost, at);
    for (store::Send& send : ended) {
        send.code = code;
        send.text = text;
    }
    return ended;
}

// The part of a range up to `last`, in pieces of the same attempt that are no longer than a row holds.
std::vector<store::Send> Sent::cut(const Open& open, Seq last) const
{
    const auto attempt_of = [this](Seq seq) {
        const auto earlier = earlier_.find(seq);
        return earlier == earlier_.end() ? 1 : earlier->second + 1;
    };
    std::vector<store::Send> pieces;
    for (Seq seq = open.range.first_seq; seq <= last; ++seq) {
        const std::int64_t attempt = attempt_of(seq);
        const bool fits = !pieces.empty() && pieces.back().attempt == attempt &&
                          seq - pieces.back().first_seq < store::Send::longest;
        if (!fits) {
            store::Send piece;
            piece.first_seq = seq;
            piece.attempt = attempt;
            piece.sent = open.range.first_at;
            piece.session = open.session;
            pieces.push_back(std::move(piece));
        }
        pieces.back().last_seq = seq;
    }
    return pieces;
}

} // namespace mizo::relay
