#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

namespace mizo::certs::testing {
namespace {

using OwnedKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using OwnedContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

OwnedKey private_key(ByteView pkcs8)
{
    const std::uint8_t* at = pkcs8.data();
    return {d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())), &EVP_PKEY_free};
}

const EVP_MD* digest_of(Hash hash)
{
    switch (hash) {
    case Hash::sha256: return EVP_sha256();
    case Hash::sha384: return EVP_sha384();
    case Hash::sha512: return EVP_sha512();
    case Hash::sha1: return EVP_sha1();
    }
    return nullptr;
}

} // namespace

Bytes sign(const RsaKey& key, Hash hash, Padding padding, ByteView bytes)
{
    const Secret pkcs8 = key.pkcs8();
    const OwnedKey pkey = private_key(pkcs8.view());
    const OwnedContext context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    EVP_PKEY_CTX* options = nullptr;
    REQUIRE(EVP_DigestSignInit(context.get(), &options, digest_of(hash), nullptr, pkey.get()) == 1);
    if (padding == Padding::pss) {
        REQUIRE(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
        REQUIRE(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    std::size_t size = 0;
    REQUIRE(EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) == 1);
    Bytes signature(size);
    REQUIRE(EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) == 1);
    return signature;
}

bool es256_verifies(const P256Key& key, ByteView signature, ByteView bytes)
{
    const Secret pkcs8 = key.pkcs8();
    const OwnedKey pkey = private_key(pkcs8.view());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers{ECDSA_SIG_new(), &ECDSA_SIG_free};
    ECDSA_SIG_set0(numbers.get(), BN_bin2bn(signature.data(), 32, nullptr),
                   BN_bin2bn(signature.data() + 32, 32, nullptr));
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)));
    std::uint8_t* at = der.data();
    i2d_ECDSA_SIG(numbers.get(), &at);
    const OwnedContext context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    REQUIRE(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey.get()) == 1);
    return EVP_DigestVerify(context.get(), der.data(), der.size(), bytes.data(), bytes.size()) == 1;
}

const RsaKey& first_key()
{
    static const RsaKey key = RsaKey::generate().value();
    return key;
}

const RsaKey& second_key()
{
    static const RsaKey key = RsaKey::generate().value();
    return key;
}

Certificate certificate_for(const RsaKey& key, std::string_view common_name)
{
    return Certificate::self_signed(key, common_name, {some_day, some_day + std::chrono::days{398}});
}

} // namespace mizo::certs::testing
