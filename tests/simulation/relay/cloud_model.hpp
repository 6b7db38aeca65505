#pragma once

#include "daemon/relay/wire.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace mizo::relay::simulation {

using Rng = std::mt19937_64;

inline std::int64_t pick(Rng& rng, std::int64_t least, std::int64_t most)
{
    return std::uniform_int_distribution<std::int64_t>{least, most}(rng);
}
inline bool one_in(Rng& rng, std::int64_t n)
{
    return pick(rng, 1, n) == 1;
}

// A cloud in a few lines: what it has is durable, everything else is by connection. Written from the
// protocol, not from the relay's code.
class CloudModel {
public:
    struct Connection {
        bool welcomed = false;
        std::optional<Seq> expected;  // empty: whatever comes first
        std::optional<Seq> step_back; // nothing is stored until this comes again
        bool silent = false;          // reads, and says nothing
        Window window;                // as last given
    };
    using Fail = std::function<void(const std::string&)>;

    CloudModel(Rng& rng, Fail fail) : rng_{rng}, fail_{std::move(fail)} {}

    bool chaos = true;
    // Stored, or given up by name: a final nack counts even where the link was cut before the relay heard it.
    bool is_done_with(const std::string& id) const { return ids_.contains(id) || dead_.contains(id); }
    Seq durable() const { return durable_; }
    std::int64_t duplicates() const { return duplicates_; }
    const std::string& epoch() const { return epoch_; }

    std::vector<Frame> on(Connection& link, const Frame& frame)
    {
        std::vector<Frame> answers;
        if (const auto* hello = std::get_if<Hello>(&frame))
            answers = welcome(link, *hello);
        else if (!link.welcomed)
            fail_("something before welcome");
        else if (const auto* event = std::get_if<EventFrame>(&frame))
            answers = take(link, *event);
        else if (const auto* skip = std::get_if<Skip>(&frame))
            answers = take(link, *skip);
        else if (const auto* gap = std::get_if<Gap>(&frame))
            take(link, *gap);
        else if (const auto* ping = std::get_if<Ping>(&frame))
            answers = {Pong{ping->n, {}}};
        else if (const auto* response = std::get_if<Response>(&frame))
            take(*response);
        return link.silent ? std::vector<Frame>{} : answers;
    }

    // Each request of a batch link says hello; the first is on()'s.
    Welcome welcome_again(const Connection& link, const Hello& hello) const
    {
        Welcome answer;
        answer.session = "s";
        answer.window = link.window;
        if (hello.stream.epoch == epoch_ && durable_ > 0) answer.resume = Resume{epoch_, durable_};
        return answer;
    }

    std::vector<Frame> rewind(Connection& link)
    {
        if (!link.expected) return {};
        const Seq from = pick(rng_, 1, *link.expected);
        link.expected = from;
        link.step_back = from;
        return {Rewind{from, "simulation"}};
    }

    // A handful of requests, or more than the relay will take at once.
    std::vector<Frame> ask()
    {
        std::vector<Frame> frames;
        const auto count = one_in(rng_, 5) ? 70 : pick(rng_, 1, 3);
        for (std::int64_t i = 0; i < count; ++i) {
            Request request;
            request.rid = "rid-" + std::to_string(++asked_);
            request.method = "GET";
            request.path = "Tickets/1";
            frames.emplace_back(request);
            if (one_in(rng_, 10)) frames.emplace_back(Cancel{request.rid});
        }
        return frames;
    }
    std::int64_t answers() const { return static_cast<std::int64_t>(answered_.size()); }

    // What it held durably is gone, from some event on.
    void forget()
    {
        durable_ = pick(rng_, 0, durable_);
        for (auto entry = log_.upper_bound(durable_); entry != log_.end(); entry = log_.erase(entry))
            ids_.erase(entry->second);
    }

private:
    std::vector<Frame> welcome(Connection& link, const Hello& hello)
    {
        if (link.welcomed) fail_("hello twice");
        link.welcomed = true;
        Welcome answer;
        answer.session = "s";
        answer.window = link.window = {pick(rng_, 1, 12), pick(rng_, 2'000, 9'000)};
        if (hello.stream.epoch == epoch_) {
            answer.resume = Resume{epoch_, durable_};
            link.expected = durable_ + 1;
        } else {
            epoch_ = hello.stream.epoch;
            durable_ = 0;
            log_.clear();
        }
        // An epoch set back: the relay will go, and come with another.
        return {answer};
    }

    // Whether this is the next one to be stored; duplicates are none, and what is too early is a fault.
    bool is_next(Connection& link, Seq seq)
    {
        if (link.step_back && seq != *link.step_back) return false;
        link.step_back.reset();
        if (!link.expected) link.expected = seq;
        if (seq > *link.expected)
            fail_("event " + std::to_string(seq) + " came, " + std::to_string(*link.expected) + " was next");
        return seq == *link.expected;
    }

    Frame acked(Connection& link)
    {
        // Either is true: what it took in this time, or all that it has.
        const Seq upto = one_in(rng_, 2) ? std::max(durable_, *link.expected - 1) : *link.expected - 1;
        std::optional<Window> window;
        if (one_in(rng_, 6)) window = Window{pick(rng_, chaos ? 0 : 1, 12), pick(rng_, 2'000, 9'000)};
        if (!chaos) window = Window{8, 9'000};
        if (window) link.window = *window;
        return Ack{upto, window};
    }

    std::vector<Frame> take(Connection& link, const EventFrame& frame)
    {
        if (const auto known = log_.find(frame.seq); known != log_.end() && known->second != frame.event.id)
            fail_("another id under the same seq");
        if (!is_next(link, frame.seq)) return {};
        if (chaos && one_in(rng_, 25)) {
            link.step_back = frame.seq;
            return {Nack{frame.seq, "busy", "simulation", false, pick(rng_, 0, 300)}};
        }
        if (chaos && one_in(rng_, 60)) {
            dead_.insert(frame.event.id);
            pass(link, frame.seq);
            return {Nack{frame.seq, "unreadable", "simulation", true, 0}};
        }
        log_[frame.seq] = frame.event.id;
        if (!ids_.insert(frame.event.id).second) ++duplicates_;
        pass(link, frame.seq);
        if (chaos && one_in(rng_, 3)) return {}; // the next ack says it too
        return {acked(link)};
    }

    std::vector<Frame> take(Connection& link, const Skip& skip)
    {
        if (!is_next(link, skip.seq)) return {};
        pass(link, skip.seq);
        return {acked(link)};
    }

    void take(Connection& link, const Gap& gap)
    {
        if (link.step_back && gap.from_seq != *link.step_back) return;
        link.step_back.reset();
        if (link.expected && gap.from_seq > *link.expected) fail_("a gap beyond what is next");
        pass(link, gap.first_seq - 1);
    }

    void take(const Response& response)
    {
        if (!answered_.insert(response.rid).second) fail_("a request is answered twice");
    }

    void pass(Connection& link, Seq seq)
    {
        link.expected = seq + 1;
        durable_ = std::max(durable_, seq);
    }

    Rng& rng_;
    Fail fail_;
    std::string epoch_;
    Seq durable_ = 0;
    std::map<Seq, std::string> log_;
    std::set<std::string> ids_;
    std::set<std::string> dead_;
    std::int64_t duplicates_ = 0;
    std::int64_t asked_ = 0;
    std::set<std::string> answered_;
};

} // namespace mizo::relay::simulation
