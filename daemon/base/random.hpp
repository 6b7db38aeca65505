#pragma once

#include <cstddef>
#include <span>

namespace mizo::base {

// Randomness is a capability that is passed in, so that tests can fix it.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
};

// The machine's generator, for ids and jitter; keys and passwords come from certs/. Safe to use from several
// threads.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override;
};

// A number in [0, 1), for jitter.
double unit_interval(Random& random);

} // namespace mizo::base
