#include "daemon/base/random.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace mizo::base {

double unit_interval(Random& random)
{
    std::array<std::byte, 8> bytes{};
    random.fill(bytes);
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    // The upper 53 bits: as many as a double holds exactly.
    return static_cast<double>(word >> 11) * 0x1.0p-53;
}

} // namespace mizo::base
