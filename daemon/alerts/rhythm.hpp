#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/metrics_history.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <span>

namespace mizo::alerts {

// How often HaloPSA usually calls at each hour of the week, learnt from the last four: nights, weekends and
// lunch breaks are silent as they always are, and raise no alarm. Calls come in bursts, so what is counted
// are quarters of an hour in which one came. For each hour the lower median of the weeks counts, so that
// neither a holiday nor a flood of last month does; hours in which the daemon was not running are left out.
class Rhythm {
public:
    static constexpr std::chrono::weeks learnt_from{4};

    Rhythm() = default;
    Rhythm(std::span<const store::QuarterHour> quarters, base::WallTime now);

    // A whole week is known.
    bool learnt() const { return learnt_; }
    // How many quarters with calls would usually lie between two times: the least for this stretch and those
    // an hour earlier and later, since people's clocks are changed twice a year.
    double usual_calls(base::WallTime from, base::WallTime to) const;

private:
    static constexpr std::size_t hours_of_week = 7 * 24;

    double sum(base::WallTime from, base::WallTime to) const;

    std::array<double, hours_of_week> calls_{}; // in one hour
    bool learnt_ = false;
};

} // namespace mizo::alerts
