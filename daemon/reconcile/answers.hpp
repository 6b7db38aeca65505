#pragma once

#include "daemon/halo_api/api.hpp"

#include <chrono>

// What the answers of HaloPSA's API say beside their bodies.
namespace mizo::reconcile {

// These rights do not reach it.
bool is_refused(const halo_api::Answer& answer);
// HaloPSA will not say otherwise later: there is no such thing, or we may not see it.
bool is_final(const halo_api::Answer& answer);
// HaloPSA took the call and failed at it, while others may well be answered.
bool is_of_one_call(const base::Error& error);
// The error that an answer without success stands for.
base::Error error_of(const halo_api::Answer& answer);
// HaloPSA's own time, as the answer's head tells it; ours where it does not.
base::WallTime halo_time(const halo_api::Answer& answer, base::WallTime ours);
// Two clocks that are set differ by no more.
inline constexpr std::chrono::hours clocks_differ_by{24};
// Whether a row's time may be one at which HaloPSA wrote it: its clock is told by the second, and may stand
// elsewhere than the one that stamps rows. What lies further ahead was entered by somebody.
bool may_be_written(base::WallTime row, base::WallTime halo_now);

} // namespace mizo::reconcile
