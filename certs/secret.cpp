#include "certs/secret.hpp"

#include <openssl/crypto.h>

namespace mizo::certs {

void cleanse(void* memory, std::size_t size) noexcept
{
    if (size != 0) OPENSSL_cleanse(memory, size);
}

} // namespace mizo::certs
