#pragma once

#include <cstdint>
#include <filesystem>

namespace mizo::store {

// Makes a file that only its owner may read; false where it is there already or cannot be made.
bool create_private_file(const std::filesystem::path& path);

// Makes a file whose bytes really take space on the disk; false, and no file, where there is no room or no
// right to.
bool allocate_file(const std::filesystem::path& path, std::uintmax_t bytes);

} // namespace mizo::store
