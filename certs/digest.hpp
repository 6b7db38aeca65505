#pragma once

#include "certs/bytes.hpp"
#include "certs/encoding.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace mizo::certs {

using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha256Digest = std::array<std::uint8_t, 32>;

// For thumbprints only, which Windows and HaloPSA show as SHA-1.
Sha1Digest sha1(ByteView bytes);
Sha256Digest sha256(ByteView bytes);
Sha256Digest hmac_sha256(ByteView key, ByteView message);

// Takes the same time whichever byte differs. Lengths are not secret.
bool equal_in_constant_time(ByteView left, ByteView right);

// A digest of what arrives in pieces. After finish() it begins anew.
class Sha256Hasher {
public:
    Sha256Hasher();
    Sha256Hasher(Sha256Hasher&&) noexcept;
    Sha256Hasher& operator=(Sha256Hasher&&) noexcept;
    ~Sha256Hasher();

    void update(ByteView bytes);
    Sha256Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

} // namespace mizo::certs
