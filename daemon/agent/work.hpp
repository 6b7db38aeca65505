#pragma once

#include "daemon/agent/agent.hpp"
#include "daemon/agent/commands.hpp"
#include "daemon/agent/errand.hpp"
#include "daemon/agent/records.hpp"
#include "daemon/agent/self.hpp"
#include "daemon/net/task_scope.hpp"

#include <map>
#include <set>

namespace mizo::agent {

// The inside of Agent.
class Agent::Work {
public:
    Work(Parts parts, const config::Settings& settings);

    asio::awaitable<void> start();
    asio::awaitable<void> finish(std::chrono::milliseconds limit);
    asio::awaitable<void> stop();
    void set_settings(const config::Settings& settings);
    void set_commands(CommandActions actions) { actions_ = std::move(actions); }
    void on_call(std::function<void(const store::AgentCall&)> listener)
    {
        records_.on_call(std::move(listener));
    }
    View view() const;
    std::optional<std::int64_t> self_id() const;

    void on(relay::Request request);
    void on(relay::Cancel cancel);
    void on(relay::Command command);
    void on_live(bool live);

private:
    // A request that is being done. `answers`: how often its rid was asked meanwhile; each gets the answer.
    struct InHand {
        std::shared_ptr<Errand> errand;
        store::AgentCall call;
        base::SteadyTime began{};
        int answers = 1;
        bool told = false;              // cancelled, or nobody waits any more
        std::string_view given_up = {}; // why; one of the reasons
    };
    using InHandPtr = std::shared_ptr<InHand>;

    asio::awaitable<void> run(InHandPtr request);
    void refuse(const InHand& request, const Fault& fault);
    void answer(InHand& request, const Reply& reply);
    void give_up(InHand& request, std::string_view reason);
    void give_up_all(std::string_view reason);
    void write_down(const InHand& request, const Reply& reply);

    asio::awaitable<void> run_command(relay::Command command);
    std::optional<Fault> refusal_of(const relay::Command& command) const;
    void conclude(const relay::Command& command, const Deed& deed, base::SteadyTime began);

    void take(const config::Settings& settings);

    Parts parts_;
    base::Logger logger_;
    bool enabled_ = false;
    bool live_ = false;
    bool stopping_ = false;
    AllowList allow_;
    std::vector<std::string> commands_;
    CommandActions actions_;
    std::string account_;
    net::TaskScope tasks_;
    Records records_;
    Errands errands_;
    SelfKnowledge self_;
    std::map<std::string, InHandPtr> in_hand_; // by rid
    std::set<std::string> running_commands_;   // names
    halo_api::Bell ended_;
};

} // namespace mizo::agent
