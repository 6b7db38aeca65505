// libstdc++ 12 takes the seed of std::random_device (which Beast uses) from arc4random, which glibc has since
// 2.36. Linked into a program for older ones too, it finds this.
#include <cstdint>
#include <cstdlib>
#include <sys/random.h>

extern "C" std::uint32_t arc4random()
{
    std::uint32_t bits = 0;
    // It cannot fail for four bytes, but must never give what could be guessed.
    if (::getentropy(&bits, sizeof bits) != 0) std::abort();
    return bits;
}
