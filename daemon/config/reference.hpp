#pragma once

#include <string>

namespace mizo::config {

// docs/configuration.md, from the declarations of the settings. A test keeps the file equal to it.
std::string reference_page();

} // namespace mizo::config
