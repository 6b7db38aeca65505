#pragma once

#include "daemon/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

// Files of the data directory that only the daemon's own account may read.
namespace mizo::base {

// Errors: not_found "file.missing"; unavailable "file.unreadable"; too_large "file.too_large" (over 64 KiB).
Result<std::string> read_file(const std::filesystem::path& path);

// As read_file, but a file that others could read or have put there is refused: denied "file.mode", whose
// text has the command that mends it.
Result<std::string> read_private_file(const std::filesystem::path& path);

// Replaces the file as a whole, with mode 0600, and on disk when it returns: after a crash it is the old or
// the new one. Error: unavailable "file.unwritable".
Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);

} // namespace mizo::base
