#pragma once

#include "daemon/setup/installer.hpp"

#include <string>
#include <string_view>

namespace mizo::setup {

inline constexpr std::string_view switched_key = "setup_switched";

// As it lies in the database; empty where it cannot be read.
std::string to_text(const Switched& switched);
std::optional<Switched> switched_from(std::string_view text);

} // namespace mizo::setup
