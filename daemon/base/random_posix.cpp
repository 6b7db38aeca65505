#include "daemon/base/random.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace mizo::base {

namespace {

constexpr std::size_t getentropy_max = 256; // of one call (getentropy(3))

} // namespace

// Not std::random_device: libstdc++ asks the processor for four bytes at a time, which takes a hundred times
// as long in some virtual machines.
void SystemRandom::fill(std::span<std::byte> bytes)
{
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), getentropy_max);
        if (::getentropy(bytes.data(), count) != 0)
            throw std::system_error{errno, std::generic_category(), "no random numbers"};
        bytes = bytes.subspan(count);
    }
}

} // namespace mizo::base
