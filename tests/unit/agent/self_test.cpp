#include "tests/unit/agent/agent_world.hpp"

using namespace mizo;
using namespace mizo::tests;

namespace {

const config::Entries account{
    {"halo.url", "https://msp.halopsa.com"}, {"halo.client_id", "the-client"}, {"halo.client_secret", "s"}};

void start(AgentWorld& world, config::Entries entries)
{
    world.end();
    world.begin(std::move(entries));
    world.run(world.agent->start());
    world.settle();
}

config::Settings settings_with(const std::string& client)
{
    config::Sources sources;
    sources.file = {account[0], {"halo.client_id", client}, account[2]};
    return config::Settings::load(sources).settings;
}

} // namespace

TEST_CASE("HaloPSA is asked who we are, and it is remembered", "[agent][self]")
{
    AgentWorld world;
    world.halo.on("GET /Agent/me", 200, R"({"id":20,"name":"Mizo Agent"})");
    start(world, account);
    CHECK(world.agent->self_id() == 20);
    CHECK(world.agent->view().self->name == "Mizo Agent");
    world.halo.fails("GET /Agent/me", "halo_unreachable");
    start(world, account);
    CHECK(world.agent->self_id() == 20);
}

TEST_CASE("what was remembered of another HaloPSA or application is not taken", "[agent][self]")
{
    AgentWorld world;
    world.halo.on("GET /Agent/me", 200, R"({"id":20,"name":"Mizo Agent"})");
    start(world, account);
    world.halo.fails("GET /Agent/me", "halo_unreachable");
    start(world, {account[0], {"halo.client_id", "another"}, account[2]});
    CHECK_FALSE(world.agent->self_id().has_value());
}

TEST_CASE("another application is asked anew, and without one nobody is asked", "[agent][self]")
{
    AgentWorld world;
    world.halo.on("GET /Agent/me", 200, R"({"id":20,"name":"Mizo Agent"})");
    start(world, {});
    CHECK(world.halo.count("GET /Agent/me") == 0);
    world.agent->set_settings(settings_with("the-client"));
    world.settle();
    CHECK(world.agent->self_id() == 20);
    world.halo.on("GET /Agent/me", 200, R"({"id":21,"name":"Another"})");
    world.agent->set_settings(settings_with("another"));
    CHECK_FALSE(world.agent->self_id().has_value());
    world.settle();
    CHECK(world.agent->self_id() == 21);
}

TEST_CASE("what is no agent is no answer", "[agent][self]")
{
    AgentWorld world;
    for (const char* body : {"", "[]", "{}", R"({"id":0})", R"({"id":"x"})", "<html>"}) {
        CAPTURE(body);
        world.halo.on("GET /Agent/me", 200, body);
        start(world, account);
        CHECK_FALSE(world.agent->self_id().has_value());
    }
}
