#pragma once

#include "daemon/halo_api/api.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace mizo::halo_api {

inline constexpr std::array all_purposes{Purpose::agent, Purpose::tab,   Purpose::test_ticket,
                                         Purpose::check, Purpose::alert, Purpose::reconcile,
                                         Purpose::poll};

// "agent", "tab", "test_ticket", ...: the word of the store, of the admin API and of the metrics.
std::string_view name_of(Purpose purpose);
std::optional<Purpose> purpose_from(std::string_view name);

} // namespace mizo::halo_api
