#include "daemon/agent/work.hpp"

// What the cloud commands this relay.
namespace mizo::agent {

namespace {

Fault with_name(std::string_view reason, const relay::Command& command)
{
    return fault(reason, {{"name", command.name}});
}

} // namespace

void Agent::Work::on(relay::Command command)
{
    if (auto refusal = refusal_of(command))
        return conclude(command, Deed{std::move(*refusal)}, parts_.clock.steady());
    running_commands_.insert(command.name);
    tasks_.spawn("agent command", run_command(std::move(command)));
}

std::optional<Fault> Agent::Work::refusal_of(const relay::Command& command) const
{
    const CommandAction* action = actions_.find(command.name);
    if (action == nullptr) return with_name("agent_command_unknown", command);
    if (!enabled_) return fault("agent_off");
    if (!allows_command(commands_, command.name)) return with_name("agent_command_off", command);
    if (!*action) return with_name("agent_command_unknown", command);
    if (stopping_) return fault("agent_stopping");
    if (running_commands_.contains(command.name)) return with_name("agent_command_running", command);
    if (!command.args.is_object() && !command.args.is_null())
        return fault("agent_command_args", {{"why", "they are no object"}});
    return {};
}

asio::awaitable<void> Agent::Work::run_command(relay::Command command)
{
    const base::SteadyTime began = parts_.clock.steady();
    json::object args;
    if (command.args.is_object()) args = command.args.get_object();
    Deed deed;
    std::string failed;
    try {
        auto doing = (*actions_.find(command.name))(std::move(args));
        deed = co_await std::move(doing);
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (!failed.empty())
        deed = Deed{fault("agent_command_failed", {{"name", command.name}, {"why", failed}})};
    running_commands_.erase(command.name);
    conclude(command, deed, began);
}

void Agent::Work::conclude(const relay::Command& command, const Deed& deed, base::SteadyTime began)
{
    relay::Done done;
    done.rid = command.rid;
    done.ok = !deed.fault;
    done.code = deed.fault ? deed.fault->code : "done";
    done.text = deed.fault ? deed.fault->text : deed.text;
    done.result = deed.result;
    parts_.send(std::move(done));

    store::AgentCall call;
    call.at = parts_.clock.wall();
    call.kind = "command";
    call.rid = command.rid;
    call.path = command.name;
    call.duration = std::chrono::ceil<std::chrono::milliseconds>(parts_.clock.steady() - began);
    records_.add(std::move(call), deed.fault, !deed.fault);
}

} // namespace mizo::agent
