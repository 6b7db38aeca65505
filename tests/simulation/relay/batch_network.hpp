#pragma once

#include "tests/simulation/relay/cloud_model.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace mizo::relay::simulation {

// HTTPS requests between a relay and the cloud: at most one with frames, and one that waits. Written from the
// protocol. How long each takes is chance, so that of two answers the newer may be read first.
class BatchNetwork {
public:
    using Link = std::uint64_t;
    struct Ends {
        std::function<void(std::int64_t delay_ms, std::function<void()>)> plan;
        std::function<Hello(Link)> hello;
        std::function<bool(Link)> opens;                         // the relay has not been welcomed
        std::function<CloudModel::Connection*(Link)> connection; // null: the link is gone
        std::function<void(Link, const Frame&)> hear;
        std::function<void(Link)> lose;
    };

    BatchNetwork(Rng& rng, CloudModel& cloud, Ends ends) : rng_{rng}, cloud_{cloud}, ends_{std::move(ends)} {}

    // The relay sends a frame.
    void send(Link id, const Frame& frame)
    {
        lanes_[id].up.push_back(frame);
        ends_.plan(0, [this, id] { begin_request(id); });
    }
    // The cloud has something to say.
    // The cloud has something to say.
    void say(Link id, const std::vector<Frame>& frames)
    {
        Lanes& lanes = lanes_[id];
        for (const auto& frame : frames) lanes.down.push_back(frame);
        if (lanes.held_with && !frames.empty()) answer_waiting(id);
    }
    // The relay was killed.
    void clear() { lanes_.clear(); }

private:
    struct Lanes {
        std::deque<Frame> up;
        std::vector<Frame> down;
        bool up_runs = false;
        bool waits = false;
        std::optional<Welcome> held_with; // the request that waits is at the cloud; its welcome
        std::int64_t hold = 0;
    };
    static constexpr std::int64_t wait_ms = 25'000;

    void begin_request(Link id)
    {
        Lanes& lanes = lanes_[id];
        if (!ends_.connection(id) || lanes.up_runs || lanes.up.empty()) return;
        lanes.up_runs = true;
        std::vector<Frame> frames{ends_.hello(id)};
        for (auto count = pick(rng_, 1, 8); count > 0 && !lanes.up.empty(); --count) {
            frames.push_back(lanes.up.front());
            lanes.up.pop_front();
        }
        travel(id, [this, id, frames] { answer_request(id, frames); });
    }
    void answer_request(Link id, const std::vector<Frame>& frames)
    {
        // Most clouds answer what waits before what came after it.
        if (lanes_[id].held_with && !one_in(rng_, 5)) answer_waiting(id);
        auto& connection = *ends_.connection(id);
        if (connection.silent) return;
        std::vector<Frame> answers;
        if (connection.welcomed) answers = {cloud_.welcome_again(connection, std::get<Hello>(frames[0]))};
        for (std::size_t at = connection.welcomed ? 1 : 0; at < frames.size(); ++at)
            for (auto& frame : cloud_.on(connection, frames[at])) answers.push_back(std::move(frame));
        take_down(id, answers);
        travel(id, [this, id, answers] {
            lanes_[id].up_runs = false;
            hear(id, answers);
            begin_request(id);
            begin_waiting(id);
        });
    }
    void begin_waiting(Link id)
    {
        Lanes& lanes = lanes_[id];
        if (!ends_.connection(id) || lanes.waits || lanes.up_runs || !lanes.up.empty() || ends_.opens(id))
            return;
        lanes.waits = true;
        travel(id, [this, id, hello = ends_.hello(id)] { hold(id, hello); });
    }
    void hold(Link id, const Hello& hello)
    {
        Lanes& lanes = lanes_[id];
        const auto& connection = *ends_.connection(id);
        if (connection.silent) return;
        lanes.held_with = cloud_.welcome_again(connection, hello);
        if (!lanes.down.empty()) return answer_waiting(id);
        ends_.plan(wait_ms, [this, id, hold = ++lanes.hold] {
            if (lanes_[id].held_with && lanes_[id].hold == hold) answer_waiting(id);
        });
    }
    void answer_waiting(Link id)
    {
        const auto* connection = ends_.connection(id);
        if (!connection || connection->silent) return;
        std::vector<Frame> answers{*lanes_[id].held_with};
        lanes_[id].held_with.reset();
        take_down(id, answers);
        travel(id, [this, id, answers] {
            lanes_[id].waits = false;
            hear(id, answers);
            begin_waiting(id);
        });
    }
    void take_down(Link id, std::vector<Frame>& answers)
    {
        for (auto& frame : lanes_[id].down) answers.push_back(std::move(frame));
        lanes_[id].down.clear();
    }
    void hear(Link id, const std::vector<Frame>& frames)
    {
        for (const auto& frame : frames) ends_.hear(id, frame);
    }
    // Now and then a request or a response gets lost, and with it the link.
    void travel(Link id, std::function<void()> arrive)
    {
        const bool lost = cloud_.chaos && one_in(rng_, 60);
        ends_.plan(pick(rng_, 0, 60), [this, id, lost, arrive = std::move(arrive)] {
            if (!ends_.connection(id)) return;
            if (lost)
                ends_.lose(id);
            else
                arrive();
        });
    }

    Rng& rng_;
    CloudModel& cloud_;
    Ends ends_;
    std::map<Link, Lanes> lanes_;
};

} // namespace mizo::relay::simulation
