#pragma once

#include "daemon/base/result.hpp"
#include "daemon/config/settings.hpp"

#include <filesystem>
#include <string>

namespace mizo::app {

// What the command line of `run` says.
struct RunOptions {
    std::filesystem::path config_file; // empty: the usual one, where it is there
    std::filesystem::path data_dir;
    config::Entries flags;
};

// The settings' sources but for the database, which is not open yet, and everything that is wrong in them.
struct Configuration {
    config::Sources sources;
    config::Problems problems;
};
Configuration read_configuration(const RunOptions& options);

// Makes the data directory where it is missing (mode 0700). Errors: unavailable "data_dir.unusable", denied
// "data_dir.mode" (others can write in it; the text has the command that mends it).
base::Result<void> prepare_data_dir(const std::filesystem::path& data_dir);

std::filesystem::path default_config_file();
std::filesystem::path default_data_dir();

} // namespace mizo::app
