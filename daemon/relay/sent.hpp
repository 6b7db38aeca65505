#pragma once

#include "daemon/relay/session_types.hpp"
#include "daemon/store/stream.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace mizo::relay {

// Which sendings still wait for the cloud's word, so that the delivery log can say what became of each. Pure.
class Sent {
public:
    // What was loaded says how often each event was sent before.
    void note(const Loaded& loaded);
    void add(const MarkAcked& mark);
    // Those that an ack up to `upto` ends, cut where it falls into one; in pieces no longer than a row holds.
    std::vector<store::Send> acked(Seq upto, WallTime at);
    // The link is gone: those that are open were for nothing.
    std::vector<store::Send> lost(const std::string& code, const std::string& text, WallTime at);

private:
    struct Open {
        Sendings range;
        std::string session;
    };
    std::vector<store::Send> cut(const Open& open, Seq last) const;

    std::deque<Open> open_;
    std::map<Seq, std::int64_t> earlier_; // sendings before, of those that had any
};

} // namespace mizo::relay
