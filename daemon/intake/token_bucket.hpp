#pragma once

#include "daemon/base/clock.hpp"

#include <algorithm>

namespace mizo::intake {

// Lets `per_second` through on average, and up to `burst` at once.
class TokenBucket {
public:
    TokenBucket(double per_second, double burst) : per_second_{per_second}, burst_{burst}, tokens_{burst} {}

    bool take(base::SteadyTime now)
    {
        if (last_ != base::SteadyTime{}) {
            const std::chrono::duration<double> passed = now - last_;
            tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
        }
        last_ = now;
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

private:
    double per_second_;
    double burst_;
    double tokens_;
    base::SteadyTime last_{};
};

} // namespace mizo::intake
