#pragma once

#include "certs/digest.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/tab/link.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::tab {

// What a verified link was exchanged for: a random token that the page keeps, since a frame of another site
// gets no plain cookie. Only its hash is kept, in memory. Each is bound to one agent and one ticket, and ends
// by itself; beyond the bounds the oldest end first.
class Sessions {
public:
    static constexpr std::chrono::minutes life{15};
    static constexpr std::size_t all_max = 2'000;
    static constexpr std::size_t of_agent_max = 40;

    // The token of a new one.
    std::string open(const Visit& visit, base::SteadyTime now);
    std::optional<Visit> find(std::string_view token, base::SteadyTime now) const;
    // All of them, as when the secret has changed.
    void clear() { sessions_.clear(); }
    std::size_t count(base::SteadyTime now) const;

private:
    struct Session {
        Visit visit;
        base::SteadyTime opened;
    };

    void make_room(std::int64_t agent, base::SteadyTime now);

    std::map<certs::Sha256Digest, Session> sessions_;
};

} // namespace mizo::tab
