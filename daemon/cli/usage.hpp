#pragma once

#include "daemon/cli/command.hpp"

#include <string>

namespace mizo::cli {

// What `mizo-relay --help` says: every command in one line.
std::string program_usage();

// What `mizo-relay COMMAND --help` says.
std::string command_usage(const Command& command);

// docs/command-line.md. A test keeps the file equal to it.
std::string command_line_page();

} // namespace mizo::cli
