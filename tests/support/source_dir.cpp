#include "tests/support/source_dir.hpp"

namespace mizo::tests {

std::filesystem::path source_dir()
{
    return MIZO_SOURCE_DIR;
}

} // namespace mizo::tests
