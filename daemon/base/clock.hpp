#pragma once

#include <chrono>

namespace mizo::base {

// Wall time is for records and certificates, steady time for waiting. They are different types, so that
// they cannot be confused.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() const = 0;
    virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
public:
    WallTime wall() const override;
    SteadyTime steady() const override;
};

inline std::int64_t to_ms(WallTime time)
{
    return time.time_since_epoch().count();
}
inline WallTime from_ms(std::int64_t ms)
{
    return WallTime{std::chrono::milliseconds{ms}};
}

} // namespace mizo::base
