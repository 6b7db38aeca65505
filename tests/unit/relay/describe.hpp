#pragma once

#include "daemon/relay/session_types.hpp"

#include <string>

// Actions and events as one line each, for a failing test's history.
namespace mizo::relay {

template <class... Functions>
struct Described : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Described(Functions...) -> Described<Functions...>;

inline std::string describe(const Action& action)
{
    return std::visit(
        Described{
            [](const Dial& a) { return "Dial link=" + std::to_string(a.link) + " " + a.url; },
            [](const Send& a) { return "Send link=" + std::to_string(a.link) + " " + a.text.substr(0, 160); },
            [](const Close& a) { return "Close " + std::to_string(a.code) + " " + a.reason; },
            [](const Load& a) { return "Load from=" + std::to_string(a.from_seq); },
            [](const MarkAcked& a) { return "MarkAcked upto=" + std::to_string(a.upto); },
            [](const RecordNack& a) { return "RecordNack seq=" + std::to_string(a.seq); },
            [](const DeadLetter& a) { return "DeadLetter seq=" + std::to_string(a.seq) + " " + a.code; },
            [](const GoBack& a) { return "GoBack durable=" + std::to_string(a.durable_seq); },
            [](const NewEpoch&) { return std::string{"NewEpoch"}; },
            [](const Hand& a) { return "Hand " + encode(a.frame).substr(0, 160); },
            [](const Live& a) { return a.live ? std::string{"Live"} : std::string{"Live no more"}; },
            [](const Alert& a) { return "Alert " + a.code; },
            [](const Clear& a) { return "Clear " + a.code; },
            [](const LogEntry& a) { return "LogEntry " + a.text; },
        },
        action);
}

inline std::string describe(const Event& event)
{
    return std::visit(
        Described{
            [](const Received& e) { return "Received " + e.text.substr(0, 160); },
            [](const Closed& e) { return "Closed " + std::to_string(e.code); },
            [](const Stored& e) { return "Stored next_seq=" + std::to_string(e.next_seq); },
            [](const Loaded& e) { return "Loaded " + std::to_string(e.events.size()) + " events"; },
            [](const StreamMoved& e) { return "StreamMoved acked=" + std::to_string(e.stream.acked); },
            [](const DialFailed& e) { return "DialFailed http=" + std::to_string(e.http_status); },
            [](const Outgoing& e) { return "Outgoing " + encode(e.frame).substr(0, 160); },
            [](const Tick&) { return std::string{"Tick"}; },
            [&event](const auto&) {
                return "event no. " + std::to_string(event.index()) + " of its variant";
            },
        },
        event);
}

} // namespace mizo::relay
