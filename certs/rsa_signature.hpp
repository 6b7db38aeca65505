#pragma once

// RSA verification with OpenSSL; for the sources of this folder only.

#include "certs/hash.hpp"
#include "certs/key.hpp"
#include "certs/openssl_handles.hpp"
#include "certs/signature_scheme.hpp"

#include <cstddef>

namespace mizo::certs {

// A context that verifies digests of this kind with this key, as often as wanted.
OwnedKeyContext prepare_verification(const PublicKey& key, Hash hash, Padding padding);

// The length of the key's signatures.
std::size_t signature_size(const PublicKey& key);

// What raising a signature to the key's public exponent shows. It only says which key may have signed and
// spares useless attempts: nothing is ever accepted because of it.
struct SignatureTraces {
    bool pkcs1{false};
    bool pss{false};
};
SignatureTraces traces_of(const PublicKey& key, const Bytes& signature);

} // namespace mizo::certs
