#include "daemon/base/random.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <random>

namespace mizo::base {

void SystemRandom::fill(std::span<std::byte> bytes)
{
    // libstdc++'s random_device is never seeded: the processor's generator or the operating system's, on
    // Linux and in mingw-w64.
    std::random_device device;
    while (!bytes.empty()) {
        const auto word = device();
        const auto count = std::min(bytes.size(), sizeof word);
        std::memcpy(bytes.data(), &word, count);
        bytes = bytes.subspan(count);
    }
}

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
