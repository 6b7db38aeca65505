#pragma once

#include "daemon/base/log.hpp"

#include <filesystem>

namespace mizo::base {

// Lines for a file of at most 10 MiB; what is older stands in five more ("name.1.log" is the youngest).
// Throws where the file cannot be opened.
std::unique_ptr<LogSink> make_file_sink(const std::filesystem::path& file);

} // namespace mizo::base
