#pragma once

#include "daemon/base/clock.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace mizo::tab {

// For each key (an address, an agent) its own allowance: so many at once, and as many again each minute. What
// was not used for a minute is whole again, so a key that is dropped to make room loses nothing by it.
class Budgets {
public:
    static constexpr std::size_t keys_max = 2'000;

    explicit Budgets(double per_minute) : per_minute_{per_minute} {}

    // Takes one where there is one left.
    bool take(const std::string& key, base::SteadyTime now);

private:
    struct Budget {
        double left = 0;
        base::SteadyTime at{};
    };

    void make_room(base::SteadyTime now);

    double per_minute_;
    std::map<std::string, Budget> budgets_;
};

} // namespace mizo::tab
