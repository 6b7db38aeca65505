#include "daemon/store/agent_calls.hpp"
#include "daemon/store/agent_keys.hpp"
#include "daemon/store/retention.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;

namespace {

AgentCall call_about(std::optional<std::int64_t> ticket, mizo::base::WallTime at = noon)
{
    AgentCall call;
    call.at = at;
    call.rid = "5d8f2c1a-6b7e-4d3c-9f0a-1b2c3d4e5f60";
    call.method = "GET";
    call.path = "/Tickets/4242";
    call.ticket = ticket;
    call.status = 200;
    call.outcome = "done";
    return call;
}

std::int64_t kept(StoreRig& rig, const char* table)
{
    return rig.db.scalar(std::string{"SELECT count(*) FROM "} + table);
}

} // namespace

TEST_CASE("what the agent was asked is listed newest first, of one ticket or of all", "[store][agent]")
{
    StoreRig rig;
    for (int i = 0; i < 5; ++i) add_agent_call(rig.db, call_about(i % 2 == 0 ? 1 : 2));
    PageRequest two;
    two.limit = 2;
    const auto first = list_agent_calls(rig.db, two, {});
    REQUIRE(first->items.size() == 2);
    CHECK(first->items.at(0).id == 5);
    two.cursor = first->next_cursor;
    CHECK(list_agent_calls(rig.db, two, {})->items.at(0).id == 3);
    const auto one = list_agent_calls(rig.db, {}, 2);
    CHECK(one->items.size() == 2);
    CHECK(one->items.at(0).ticket == 2);
    two.cursor = "no cursor";
    CHECK_FALSE(list_agent_calls(rig.db, two, {}).has_value());
}

TEST_CASE("a command is kept without a method, and nothing of a request without one", "[store][agent]")
{
    StoreRig rig;
    AgentCall command = call_about({});
    command.kind = "command";
    command.method.reset();
    command.error = R"({"code":"agent_command_off"})";
    add_agent_call(rig.db, command);
    CHECK(list_agent_calls(rig.db, {}, {})->items.at(0).error == command.error);
    command.kind = "request";
    CHECK_THROWS(add_agent_call(rig.db, command));
}

TEST_CASE("at most 50,000 calls of the agent are kept, for 90 days", "[store][agent]")
{
    StoreRig rig;
    for (std::int64_t i = 0; i < agent_calls_limit + 1; ++i) add_agent_call(rig.db, call_about({}));
    CHECK(kept(rig, "agent_calls") == agent_calls_limit);
    RetentionStep step;
    step = apply_retention(rig.db, {}, noon + std::chrono::days{90});
    CHECK(kept(rig, "agent_calls") == agent_calls_limit);
    step = apply_retention(rig.db, {}, noon + std::chrono::days{90} + std::chrono::milliseconds{1});
    CHECK(kept(rig, "agent_calls") == agent_calls_limit - 200);
    CHECK(step.more);
}

TEST_CASE("a key is known with what was asked and answered, for as long as it is kept", "[store][agent]")
{
    StoreRig rig;
    const KeyedRequest asked{"k", "POST /Actions?\n[]"};
    CHECK_FALSE(load_agent_key(rig.db, asked, noon));
    begin_agent_key(rig.db, asked, noon);
    const auto begun = load_agent_key(rig.db, asked, noon);
    REQUIRE(begun);
    CHECK(begun->same_request);
    CHECK_FALSE(begun->answer);
    CHECK_FALSE(load_agent_key(rig.db, {"k", "another"}, noon)->same_request);
    CHECK_FALSE(load_agent_key(rig.db, {"K", asked.request}, noon));
    answer_agent_key(rig.db, "k", "{}");
    CHECK(load_agent_key(rig.db, asked, noon)->answer == "{}");
    CHECK_FALSE(load_agent_key(rig.db, asked, noon + std::chrono::milliseconds{1}));
    // One that begins anew forgets what was.
    begin_agent_key(rig.db, asked, noon + std::chrono::hours{1});
    CHECK_FALSE(load_agent_key(rig.db, asked, noon)->answer);
    CHECK(kept(rig, "agent_keys") == 1);
    forget_agent_key(rig.db, "k");
    CHECK(kept(rig, "agent_keys") == 0);
}

TEST_CASE("keys leave after a day, and beyond 20,000 the oldest first", "[store][agent]")
{
    StoreRig rig;
    for (std::int64_t i = 0; i < agent_keys_limit + 1; ++i)
        begin_agent_key(rig.db, {std::to_string(i), "x"}, noon);
    CHECK(kept(rig, "agent_keys") == agent_keys_limit);
    CHECK_FALSE(load_agent_key(rig.db, {"0", "x"}, noon));
    apply_retention(rig.db, {}, noon + std::chrono::days{1});
    CHECK(kept(rig, "agent_keys") == agent_keys_limit);
    apply_retention(rig.db, {}, noon + std::chrono::days{1} + std::chrono::milliseconds{1});
    CHECK(kept(rig, "agent_keys") == agent_keys_limit - 200);
}
