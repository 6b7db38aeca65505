#include "daemon/relay/backoff.hpp"

#include <algorithm>

namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

constexpr Backoff::Milliseconds first_ceiling = 1s;
constexpr Backoff::Milliseconds last_ceiling = 60s;

// [0, 1) of a time, whatever a test's generator gives.
std::chrono::milliseconds share(std::chrono::milliseconds whole, double jitter)
{
    const double part = std::clamp(jitter, 0.0, 1.0) * static_cast<double>(whole.count());
    return std::chrono::milliseconds{static_cast<std::int64_t>(part)};
}

} // namespace

Backoff::Milliseconds Backoff::ceiling() const
{
    // 1 s * 2^6 is already over the last ceiling.
    return std::min(last_ceiling, first_ceiling * (std::int64_t{1} << std::min<std::int64_t>(failures_, 6)));
}

Backoff::Milliseconds Backoff::next(double jitter)
{
    const auto delay = share(ceiling(), jitter);
    failures_ = std::min<std::int64_t>(failures_ + 1, 6);
    return delay;
}

std::chrono::milliseconds slow_delay(double jitter)
{
    return 1min + share(9min, jitter);
}

} // namespace mizo::relay
