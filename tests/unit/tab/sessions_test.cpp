#include "daemon/tab/sessions.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace mizo;
using namespace std::chrono_literals;
using tab::Sessions;
using tab::Visit;

namespace {

constexpr base::SteadyTime start{std::chrono::hours{1}};
constexpr Visit visit{13, 4242};

} // namespace

TEST_CASE("a session knows its agent and ticket, and no other token opens it", "[tab][sessions]")
{
    Sessions sessions;
    const std::string token = sessions.open(visit, start);
    CHECK(sessions.find(token, start) == visit);
    CHECK_FALSE(sessions.find("", start));
    CHECK_FALSE(sessions.find(token + "A", start));
    CHECK_FALSE(sessions.find(token.substr(1), start));
    CHECK(token.size() == 43); // 256 random bits
}

TEST_CASE("a session ends after its life, not before", "[tab][sessions]")
{
    Sessions sessions;
    const std::string token = sessions.open(visit, start);
    CHECK(sessions.find(token, start + Sessions::life - 1ms));
    CHECK(sessions.count(start + Sessions::life - 1ms) == 1);
    CHECK_FALSE(sessions.find(token, start + Sessions::life));
    CHECK(sessions.count(start + Sessions::life) == 0);
}

TEST_CASE("an agent's oldest session gives way to one too many, and nobody else's", "[tab][sessions]")
{
    Sessions sessions;
    const std::string other = sessions.open({14, 1}, start);
    const std::string first = sessions.open(visit, start + 1s);
    for (std::size_t i = 1; i < Sessions::of_agent_max; ++i) sessions.open(visit, start + 2s);
    CHECK(sessions.find(first, start + 2s));
    sessions.open(visit, start + 3s);
    CHECK_FALSE(sessions.find(first, start + 3s));
    CHECK(sessions.find(other, start + 3s));
    CHECK(sessions.count(start + 3s) == Sessions::of_agent_max + 1);
}

TEST_CASE("all sessions together are bounded, and the oldest gives way", "[tab][sessions]")
{
    Sessions sessions;
    std::string first;
    std::set<std::string> tokens;
    for (std::size_t i = 0; i < Sessions::all_max; ++i) {
        const Visit each{static_cast<std::int64_t>(i + 1), 1};
        const std::string token = sessions.open(each, start + std::chrono::milliseconds{i});
        if (i == 0) first = token;
        tokens.insert(token);
    }
    CHECK(tokens.size() == Sessions::all_max);
    const base::SteadyTime later = start + 1min;
    CHECK(sessions.find(first, later));
    const std::string newest = sessions.open({999'999, 1}, later);
    CHECK_FALSE(sessions.find(first, later));
    CHECK(sessions.find(newest, later));
    CHECK(sessions.count(later) == Sessions::all_max);
}

TEST_CASE("sessions that have ended make room by themselves", "[tab][sessions]")
{
    Sessions sessions;
    for (std::size_t i = 0; i < Sessions::of_agent_max; ++i) sessions.open(visit, start);
    const std::string token = sessions.open(visit, start + Sessions::life);
    CHECK(sessions.count(start + Sessions::life) == 1);
    CHECK(sessions.find(token, start + Sessions::life));
}

TEST_CASE("all sessions end at once where the secret has changed", "[tab][sessions]")
{
    Sessions sessions;
    const std::string token = sessions.open(visit, start);
    sessions.clear();
    CHECK_FALSE(sessions.find(token, start));
}
