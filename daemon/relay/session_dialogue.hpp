#pragma once

#include "daemon/relay/wire.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::relay {

// What the cloud asks beside the stream of events: who serves it, and what still owes an answer. Part of the
// session; it knows of one live link at a time, and of the one that follows it after a drain.
class Dialogue {
public:
    // Requests and commands handed on and not yet answered; what comes beyond them is refused at once.
    static constexpr std::size_t unanswered_max = 64;

    enum class Verdict { hand_on, too_many };

    void serve(std::vector<std::string> caps) { caps_ = std::move(caps); }
    const std::vector<std::string>& caps() const { return caps_; }
    // Whether somebody takes frames of this type.
    bool serves(const Frame& frame) const;

    // Counts it, where it is to be answered.
    Verdict take(const Frame& frame);
    // Whether the cloud waits for this: an answer to what it asked over this link, once, or a question of
    // ours.
    bool settle(const Frame& frame);
    // The link is gone, and with it whoever waited.
    void forget();

    // What is said in place of an answer: a response, or for a command and a button of the tab a `done`.
    static Frame failure(const Frame& frame, std::string_view code, std::string text);

private:
    std::vector<std::string> caps_;
    // The same rid may run twice: whether that is an error is for whoever serves it to say.
    std::multiset<std::string, std::less<>> requests_;
    std::multiset<std::string, std::less<>> commands_;
};

} // namespace mizo::relay
