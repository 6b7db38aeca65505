#pragma once

#include "certs/bytes.hpp"
#include "certs/error.hpp"
#include "certs/secret.hpp"

namespace mizo::certs {

// The key under which secrets lie in the database: 32 bytes that are kept elsewhere.
class SealingKey {
public:
    static constexpr std::size_t size = 32;

    static SealingKey generate();
    static Result<SealingKey> from_bytes(ByteView bytes);

    // What the caller writes to its key file.
    ByteView bytes() const { return key_.view(); }

private:
    explicit SealingKey(Secret key) : key_{std::move(key)} {}
    Secret key_;
};

// AES-256-GCM: version (1 byte), nonce (12, random), ciphertext, tag (16). `bound_to` is authenticated but
// not stored: give the row's id, so that a sealed value that is moved to another row does not open.
Bytes seal(const SealingKey& key, ByteView plaintext, ByteView bound_to);

// Errc::malformed for what was never sealed, Errc::tampered for another key, another row, or altered bytes.
Result<Secret> open_sealed(const SealingKey& key, ByteView sealed, ByteView bound_to);

} // namespace mizo::certs
