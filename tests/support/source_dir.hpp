#pragma once

#include <filesystem>

namespace mizo::tests {

// The repository that the tests were built from: they read schemas, vectors and documents of it.
std::filesystem::path source_dir();

} // namespace mizo::tests
