#pragma once

#include <string>
#include <vector>

namespace mizo::cli {

// `run [--config FILE] [--data-dir DIR] [--KEY=VALUE …]`: the daemon itself. Exit status as cli::main.
int run_command(const std::vector<std::string>& arguments);

} // namespace mizo::cli
