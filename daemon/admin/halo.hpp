#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/halo_api/view.hpp"

namespace mizo::admin {

// HaloPSA's side as GET /halo and the stream show it.
json::object halo_json(const halo_api::View& view);

} // namespace mizo::admin
