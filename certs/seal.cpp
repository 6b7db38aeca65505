#include "certs/seal.hpp"

#include "certs/openssl_handles.hpp"
#include "certs/random.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace mizo::certs {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t header_size = 1 + nonce_size;
constexpr std::size_t plaintext_max = std::numeric_limits<int>::max() - header_size - tag_size;

int length(ByteView bytes)
{
    return static_cast<int>(bytes.size());
}

const EVP_CIPHER* algorithm()
{
    static const EVP_CIPHER* const cipher =
        must_have(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), "fetching AES-256-GCM");
    return cipher;
}

// The version is authenticated with the caller's part, so that a sealed value cannot be relabelled.
void bind(EVP_CIPHER_CTX* context, ByteView bound_to)
{
    int ignored = 0;
    must(EVP_CipherUpdate(context, nullptr, &ignored, &version, 1) == 1, "sealing");
    if (bound_to.empty()) return;
    must(EVP_CipherUpdate(context, nullptr, &ignored, bound_to.data(), length(bound_to)) == 1, "sealing");
}

} // namespace

SealingKey SealingKey::generate()
{
    return SealingKey{Secret{random_bytes(size)}};
}

Result<SealingKey> SealingKey::from_bytes(ByteView bytes)
{
    if (bytes.size() != size) return Error{Errc::malformed, "a sealing key has 32 bytes"};
    return SealingKey{Secret{bytes}};
}

Bytes seal(const SealingKey& key, ByteView plaintext, ByteView bound_to)
{
    must(plaintext.size() <= plaintext_max, "sealing: too large");
    Bytes sealed(header_size + plaintext.size() + tag_size);
    sealed[0] = version;
    const std::span<std::uint8_t> nonce{sealed.data() + 1, nonce_size};
    fill_random(nonce);

    const OwnedCipherContext context{must_have(EVP_CIPHER_CTX_new(), "sealing")};
    must(EVP_EncryptInit_ex2(context.get(), algorithm(), key.bytes().data(), nonce.data(), nullptr) == 1,
         "sealing");
    bind(context.get(), bound_to);
    std::uint8_t* ciphertext = sealed.data() + header_size;
    int written = 0;
    if (!plaintext.empty()) {
        must(EVP_EncryptUpdate(context.get(), ciphertext, &written, plaintext.data(), length(plaintext)) == 1,
             "sealing");
    }
    std::uint8_t* tag = ciphertext + plaintext.size();
    must(EVP_EncryptFinal_ex(context.get(), tag, &written) == 1, "sealing");
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag) == 1, "sealing");
    return sealed;
}

Result<Secret> open_sealed(const SealingKey& key, ByteView sealed, ByteView bound_to)
{
    if (sealed.size() < header_size + tag_size || sealed.size() > plaintext_max) {
        return Error{Errc::malformed, "not a sealed value"};
    }
    if (sealed[0] != version) return Error{Errc::unsupported, "sealed in a form of another version"};
    const ErrorQueueCleared clear;
    const ByteView ciphertext = sealed.subview(header_size, sealed.size() - header_size - tag_size);
    Bytes tag = sealed.subview(sealed.size() - tag_size, tag_size).copy();

    const OwnedCipherContext context{must_have(EVP_CIPHER_CTX_new(), "opening")};
    must(EVP_DecryptInit_ex2(context.get(), algorithm(), key.bytes().data(), sealed.data() + 1, nullptr) == 1,
         "opening");
    bind(context.get(), bound_to);
    Bytes plaintext(ciphertext.size());
    int written = 0;
    if (!ciphertext.empty()) {
        must(EVP_DecryptUpdate(context.get(), plaintext.data(), &written, ciphertext.data(),
                               length(ciphertext)) == 1,
             "opening");
    }
    Secret secret{std::move(plaintext)};
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1, "opening");
    std::array<std::uint8_t, tag_size> rest{};
    if (EVP_DecryptFinal_ex(context.get(), rest.data(), &written) != 1) {
        return Error{Errc::tampered, "sealed with another key or for another row, or altered since"};
    }
    return secret;
}

} // namespace mizo::certs
