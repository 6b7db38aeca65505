#pragma once

#include "certs/bytes.hpp"
#include "certs/error.hpp"
#include "certs/secret.hpp"

#include <array>
#include <memory>
#include <string>

namespace mizo::certs {

// An OpenSSL key; its private numbers are overwritten when the last owner lets go.
struct KeyHandle;

// What signatures are verified with. Parsed once; a copy shares the parsed key.
class PublicKey {
public:
    // SubjectPublicKeyInfo in DER.
    static Result<PublicKey> from_spki(ByteView der);

    Bytes spki() const;
    int bits() const;

    // RSA of 2048 to 4096 bits: what HaloPSA can sign with, and what the verifier takes.
    bool is_webhook_key() const;

    // For the sources of this library.
    explicit PublicKey(std::shared_ptr<const KeyHandle> handle) : handle_{std::move(handle)} {}
    const KeyHandle& handle() const { return *handle_; }

private:
    std::shared_ptr<const KeyHandle> handle_;
};

// The private half of a certificate. Takes a second or so to make at 4096 bits: not for a thread that others
// wait for.
class RsaKey {
public:
    static constexpr int default_bits = 2048;

    // 2048, 3072 or 4096 bits, else Errc::unsupported.
    static Result<RsaKey> generate(int bits = default_bits);
    static Result<RsaKey> from_pkcs8(ByteView der);

    // To be sealed before it is written anywhere.
    Secret pkcs8() const;

    // The same as PEM, for a TLS listener.
    Secret pem() const;
    PublicKey public_key() const { return PublicKey{handle_}; }
    int bits() const { return public_key().bits(); }

    const KeyHandle& handle() const { return *handle_; }

private:
    explicit RsaKey(std::shared_ptr<const KeyHandle> handle) : handle_{std::move(handle)} {}
    std::shared_ptr<const KeyHandle> handle_;
};

// The members of a P-256 public key as a JSON Web Key (RFC 7517); `kty` is "EC" and `crv` is "P-256".
struct EcJwk {
    std::string x;
    std::string y;
};

// RFC 7638: SHA-256 over the required members in their canonical form, as base64url.
std::string jwk_thumbprint(const EcJwk& jwk);

// The relay's identity towards the cloud: signs the tokens of the link.
class P256Key {
public:
    static P256Key generate();
    static Result<P256Key> from_pkcs8(ByteView der);

    Secret pkcs8() const;
    EcJwk jwk() const;

    // ES256 over the bytes: R and S of 32 bytes each, one behind the other, as JWS (RFC 7518, 3.4) wants.
    std::array<std::uint8_t, 64> sign_es256(ByteView bytes) const;

private:
    explicit P256Key(std::shared_ptr<const KeyHandle> handle) : handle_{std::move(handle)} {}
    std::shared_ptr<const KeyHandle> handle_;
};

} // namespace mizo::certs
