#include "daemon/tab/sessions.hpp"

#include "certs/random.hpp"

#include <algorithm>

namespace mizo::tab {

namespace {

constexpr std::size_t token_bytes = 32;

} // namespace

std::string Sessions::open(const Visit& visit, base::SteadyTime now)
{
    make_room(visit.agent, now);
    std::string token = certs::random_token(token_bytes);
    sessions_[certs::sha256(token)] = {visit, now};
    return token;
}

std::optional<Visit> Sessions::find(std::string_view token, base::SteadyTime now) const
{
    const auto found = sessions_.find(certs::sha256(token));
    if (found == sessions_.end() || now - found->second.opened >= life) return {};
    return found->second.visit;
}

std::size_t Sessions::count(base::SteadyTime now) const
{
    return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& each) {
        return now - each.second.opened < life;
    }));
}

void Sessions::make_room(std::int64_t agent, base::SteadyTime now)
{
    std::erase_if(sessions_, [&](const auto& each) { return now - each.second.opened >= life; });
    const auto end_oldest = [this](auto counts, std::size_t max) {
        auto oldest = sessions_.end();
        std::size_t count = 0;
        for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
            if (!counts(it->second)) continue;
            ++count;
            if (oldest == sessions_.end() || it->second.opened < oldest->second.opened) oldest = it;
        }
        if (count >= max) sessions_.erase(oldest);
    };
    end_oldest([agent](const Session& each) { return each.visit.agent == agent; }, of_agent_max);
    end_oldest([](const Session&) { return true; }, all_max);
}

} // namespace mizo::tab
