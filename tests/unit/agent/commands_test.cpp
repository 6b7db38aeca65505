#include "tests/unit/agent/agent_world.hpp"

#include <stdexcept>

using namespace mizo;
using namespace mizo::tests;

namespace {

relay::Done command(AgentWorld& world, std::string name, json::value args = json::object{})
{
    const std::size_t before = world.calls.size();
    world.agent->on(relay::Command{"c-" + name, std::move(name), std::move(args)});
    world.wait_for(before + 1);
    return std::get<relay::Done>(world.told.back());
}

asio::awaitable<agent::Deed> changed(json::object args)
{
    co_return agent::Deed{"Changed", std::move(args)};
}

asio::awaitable<agent::Deed> broken()
{
    throw std::runtime_error{"the disk is gone"};
    co_return agent::Deed{};
}

} // namespace

TEST_CASE("a command is done by who is there for it, and answered with the result", "[agent][commands]")
{
    AgentWorld world;
    agent::CommandActions actions;
    actions.set_scope = [](json::object args) { return changed(std::move(args)); };
    world.agent->set_commands(actions);
    const auto done = command(world, "set_scope", json::object{{"ticket_types", {1, 2}}});
    CHECK(done.ok);
    CHECK(done.rid == "c-set_scope");
    CHECK(done.text == "Changed");
    CHECK(done.result == json::parse(R"({"ticket_types":[1,2]})"));
    CHECK(world.calls[0].kind == "command");
    CHECK(world.calls[0].path == "set_scope");
    CHECK(world.stored("SELECT count(*) FROM audit WHERE action = 'command_given'") == 1);
}

TEST_CASE("a command that nobody does is answered unsupported", "[agent][commands]")
{
    AgentWorld world;
    for (const char* name :
         {"reconcile", "collect_diagnostics", "offer_rotation", "set_scope", "format_disk"}) {
        CAPTURE(name);
        const auto done = command(world, name);
        CHECK_FALSE(done.ok);
        CHECK(done.code == "unsupported");
    }
    CHECK(world.stored("SELECT count(*) FROM audit") == 0);
}

TEST_CASE("each command can be switched off", "[agent][commands]")
{
    AgentWorld world;
    world.end();
    world.begin({{"agent.commands", "set_scope"}});
    agent::CommandActions actions;
    actions.set_scope = actions.offer_rotation = [](json::object args) { return changed(std::move(args)); };
    world.agent->set_commands(actions);
    CHECK(command(world, "set_scope").ok);
    const auto denied = command(world, "offer_rotation");
    CHECK(denied.code == "denied");
    CHECK(denied.text.find("agent.commands") != std::string::npos);
    const auto view = world.agent->view();
    for (const auto& each : view.commands) CHECK(each.allowed == (each.name == "set_scope"));
}

TEST_CASE("a command that fails says so, and the next one is served", "[agent][commands]")
{
    AgentWorld world;
    agent::CommandActions actions;
    actions.reconcile = [](json::object) { return broken(); };
    world.agent->set_commands(actions);
    for (int i = 0; i < 2; ++i) {
        const auto done = command(world, "reconcile");
        CHECK(done.code == "failed");
        CHECK(done.text.find("the disk is gone") != std::string::npos);
    }
}

TEST_CASE("one command of a kind runs at a time, with arguments that are an object", "[agent][commands]")
{
    AgentWorld world;
    halo_api::Bell bell{world.context.get_executor()};
    bool go_on = false;
    agent::CommandActions actions;
    actions.reconcile = [&](json::object) -> asio::awaitable<agent::Deed> {
        while (!go_on) co_await bell.wait(std::chrono::hours(1));
        co_return agent::Deed{"Done", nullptr};
    };
    world.agent->set_commands(actions);
    world.agent->on(relay::Command{"first", "reconcile", nullptr});
    world.settle();
    CHECK(command(world, "reconcile").code == "busy");
    CHECK(command(world, "set_scope", json::array{}).code == "unsupported");
    go_on = true;
    bell.ring();
    world.wait_for(3);
    CHECK(std::get<relay::Done>(world.told.back()).ok);
    CHECK(command(world, "reconcile", json::array{}).code == "malformed");
}
