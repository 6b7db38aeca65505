#pragma once

// The digests that a scheme can name; for the sources of this folder only.

#include "certs/bytes.hpp"
#include "certs/openssl_handles.hpp"
#include "certs/signature_scheme.hpp"

#include <array>

namespace mizo::certs {

// Fetched at its first use and kept for the life of the process.
const EVP_MD* algorithm_of(Hash hash);

// A digest of any of these lengths, without a heap.
class Digest {
public:
    Digest(Hash hash, ByteView bytes);
    const std::uint8_t* data() const { return bytes_.data(); }
    std::size_t size() const { return size_; }
    const std::uint8_t* begin() const { return data(); }
    const std::uint8_t* end() const { return data() + size_; }

private:
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes_{};
    unsigned size_{0};
};

inline Digest digest_of(Hash hash, ByteView bytes)
{
    return Digest{hash, bytes};
}

} // namespace mizo::certs
