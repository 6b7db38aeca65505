#include "certs/key.hpp"

#include "certs/digest.hpp"
#include "certs/openssl_handles.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

namespace mizo::certs {
namespace {

constexpr std::size_t coordinate_size = 32;

std::shared_ptr<const KeyHandle> shared(OwnedKey key)
{
    return std::make_shared<const KeyHandle>(KeyHandle{std::move(key)});
}

bool is_rsa(const EVP_PKEY* key)
{
    const int bits = EVP_PKEY_get_bits(key);
    return EVP_PKEY_is_a(key, "RSA") == 1 && bits >= 2048 && bits <= 4096;
}

bool is_p256(const EVP_PKEY* key)
{
    std::array<char, 32> group{};
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                          nullptr) == 1 &&
           std::string_view{group.data()} == "prime256v1";
}

Result<OwnedKey> parse_pkcs8(ByteView der)
{
    const ErrorQueueCleared clear;
    const std::uint8_t* at = der.data();
    const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info{
        d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()))};
    if (!info || at != der.end()) return Error{Errc::malformed, "not a PKCS#8 private key"};
    OwnedKey key{EVP_PKCS82PKEY(info.get())};
    if (!key) return Error{Errc::unsupported, "a private key of an unknown kind"};
    return key;
}

Secret write_pkcs8(const EVP_PKEY* key)
{
    const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info{
        must_have(EVP_PKEY2PKCS8(key), "writing a private key")};
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
    must(size > 0, "writing a private key");
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* at = der.data();
    must(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at) == size, "writing a private key");
    return Secret{std::move(der)};
}

std::string coordinate(const EVP_PKEY* key, const char* name)
{
    BIGNUM* number = nullptr;
    must(EVP_PKEY_get_bn_param(key, name, &number) == 1, "reading a public key");
    const OwnedBignum owned{number};
    std::array<std::uint8_t, coordinate_size> bytes{};
    must(BN_bn2binpad(number, bytes.data(), coordinate_size) == coordinate_size, "reading a public key");
    return base64url(bytes);
}

// OpenSSL writes an ECDSA signature as DER; JWS wants the two numbers at their full length.
std::array<std::uint8_t, 64> as_jws(const Bytes& der)
{
    const std::uint8_t* at = der.data();
    const Owned<ECDSA_SIG, ECDSA_SIG_free> signature{
        must_have(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), "ES256")};
    std::array<std::uint8_t, 64> raw{};
    must(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), coordinate_size) > 0 &&
             BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + coordinate_size, coordinate_size) >
                 0,
         "ES256");
    return raw;
}

} // namespace

Result<PublicKey> PublicKey::from_spki(ByteView der)
{
    const ErrorQueueCleared clear;
    const std::uint8_t* at = der.data();
    OwnedKey key{d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size()))};
    if (!key || at != der.end()) return Error{Errc::malformed, "not a public key"};
    return PublicKey{shared(std::move(key))};
}

Bytes PublicKey::spki() const
{
    const EVP_PKEY* key = handle_->key.get();
    const int size = i2d_PUBKEY(key, nullptr);
    must(size > 0, "writing a public key");
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* at = der.data();
    must(i2d_PUBKEY(key, &at) == size, "writing a public key");
    return der;
}

int PublicKey::bits() const
{
    return EVP_PKEY_get_bits(handle_->key.get());
}

bool PublicKey::is_webhook_key() const
{
    return is_rsa(handle_->key.get());
}

Result<RsaKey> RsaKey::generate(int bits)
{
    if (bits != 2048 && bits != 3072 && bits != 4096) {
        return Error{Errc::unsupported, "RSA keys are made with 2048, 3072 or 4096 bits"};
    }
    return RsaKey{shared(OwnedKey{must_have(EVP_RSA_gen(static_cast<unsigned>(bits)), "making an RSA key")})};
}

Result<RsaKey> RsaKey::from_pkcs8(ByteView der)
{
    Result<OwnedKey> key = parse_pkcs8(der);
    if (!key) return key.error();
    if (!is_rsa(key->get())) return Error{Errc::unsupported, "not an RSA key of 2048 to 4096 bits"};
    return RsaKey{shared(std::move(*key))};
}

Secret RsaKey::pkcs8() const
{
    return write_pkcs8(handle_->key.get());
}

Secret RsaKey::pem() const
{
    const Secret der = pkcs8();
    std::string text = base64(der.view());
    Bytes pem;
    // Enough for all of it, so that no half-written copy stays behind in memory.
    pem.reserve(text.size() + text.size() / 64 + 128);
    const auto append = [&pem](std::string_view part) { pem.insert(pem.end(), part.begin(), part.end()); };
    append("-----BEGIN PRIVATE KEY-----\n");
    for (std::size_t at = 0; at < text.size(); at += 64) {
        append(std::string_view{text}.substr(at, 64));
        append("\n");
    }
    append("-----END PRIVATE KEY-----\n");
    cleanse(text.data(), text.size());
    return Secret{std::move(pem)};
}

P256Key P256Key::generate()
{
    return P256Key{shared(OwnedKey{must_have(EVP_EC_gen("P-256"), "making a P-256 key")})};
}

Result<P256Key> P256Key::from_pkcs8(ByteView der)
{
    Result<OwnedKey> key = parse_pkcs8(der);
    if (!key) return key.error();
    if (!is_p256(key->get())) return Error{Errc::unsupported, "not a P-256 key"};
    return P256Key{shared(std::move(*key))};
}

Secret P256Key::pkcs8() const
{
    return write_pkcs8(handle_->key.get());
}

EcJwk P256Key::jwk() const
{
    const EVP_PKEY* key = handle_->key.get();
    return {coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X), coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)};
}

std::array<std::uint8_t, 64> P256Key::sign_es256(ByteView bytes) const
{
    const OwnedDigestContext context{must_have(EVP_MD_CTX_new(), "ES256")};
    must(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, handle_->key.get(),
                               nullptr) == 1,
         "ES256");
    std::size_t size = 0;
    must(EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) == 1, "ES256");
    Bytes der(size);
    must(EVP_DigestSign(context.get(), der.data(), &size, bytes.data(), bytes.size()) == 1, "ES256");
    der.resize(size);
    return as_jws(der);
}

std::string jwk_thumbprint(const EcJwk& jwk)
{
    return base64url(sha256(R"({"crv":"P-256","kty":"EC","x":")" + jwk.x + R"(","y":")" + jwk.y + R"("})"));
}

} // namespace mizo::certs
