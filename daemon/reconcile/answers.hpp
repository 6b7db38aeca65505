#pragma once

#include "daemon/halo_api/api.hpp"

// What the answers of HaloPSA's API say beside their bodies.
namespace mizo::reconcile {

// These rights do not reach it.
bool is_refused(const halo_api::Answer& answer);
// The error that an answer without success stands for.
base::Error error_of(const halo_api::Answer& answer);
// HaloPSA's own time, as the answer's head tells it; ours where it does not.
base::WallTime halo_time(const halo_api::Answer& answer, base::WallTime ours);

} // namespace mizo::reconcile
