#include "daemon/base/random.hpp"
#include "daemon/base/windows_win32.hpp"

#include <bcrypt.h>
#include <stdexcept>

namespace mizo::base {

void SystemRandom::fill(std::span<std::byte> bytes)
{
    const NTSTATUS status =
        ::BCryptGenRandom(nullptr, reinterpret_cast<PUCHAR>(bytes.data()), static_cast<ULONG>(bytes.size()),
                          BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status != 0) throw std::runtime_error{"no random numbers"};
}

} // namespace mizo::base
