#include "certs/digest.hpp"

#include "certs/hash.hpp"
#include "certs/openssl_handles.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <utility>

namespace mizo::certs {
Sha1Digest sha1(ByteView bytes)
{
    Sha1Digest digest{};
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm_of(Hash::sha1), nullptr) ==
             1,
         "SHA-1");
    return digest;
}

Sha256Digest sha256(ByteView bytes)
{
    Sha256Digest digest{};
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm_of(Hash::sha256),
                    nullptr) == 1,
         "SHA-256");
    return digest;
}

Sha256Digest hmac_sha256(ByteView key, ByteView message)
{
    Sha256Digest digest{};
    // OpenSSL takes a null key for "the key of before": an empty one needs an address.
    const std::uint8_t* key_data = key.empty() ? digest.data() : key.data();
    must(HMAC(algorithm_of(Hash::sha256), key_data, static_cast<int>(key.size()), message.data(),
              message.size(), digest.data(), nullptr) != nullptr,
         "HMAC-SHA256");
    return digest;
}

bool equal_in_constant_time(ByteView left, ByteView right)
{
    if (left.size() != right.size()) return false;
    return left.empty() || CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

struct Sha256Hasher::Context {
    OwnedDigestContext digest{must_have(EVP_MD_CTX_new(), "SHA-256 context")};

    void begin()
    {
        must(EVP_DigestInit_ex(digest.get(), algorithm_of(Hash::sha256), nullptr) == 1, "SHA-256");
    }
};

Sha256Hasher::Sha256Hasher() : context_{std::make_unique<Context>()}
{
    context_->begin();
}

Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;
Sha256Hasher::~Sha256Hasher() = default;

void Sha256Hasher::update(ByteView bytes)
{
    must(EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) == 1, "SHA-256");
}

Sha256Digest Sha256Hasher::finish()
{
    Sha256Digest digest{};
    must(EVP_DigestFinal_ex(context_->digest.get(), digest.data(), nullptr) == 1, "SHA-256");
    context_->begin();
    return digest;
}

} // namespace mizo::certs
