#include "certs/rsa_signature.hpp"

#include <openssl/rsa.h>

namespace mizo::certs {
namespace {

// The signature under the public key with the given padding taken off; empty where that cannot be done.
Bytes recovered(const PublicKey& key, const Bytes& signature, int padding)
{
    EVP_PKEY* pkey = key.handle().key.get();
    const OwnedKeyContext context{must_have(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr), "verifier")};
    must(EVP_PKEY_verify_recover_init(context.get()) == 1 &&
             EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1,
         "verifier");
    Bytes content(signature_size(key));
    std::size_t size = content.size();
    if (EVP_PKEY_verify_recover(context.get(), content.data(), &size, signature.data(), signature.size()) !=
        1) {
        return {};
    }
    content.resize(size);
    return content;
}

} // namespace

OwnedKeyContext prepare_verification(const PublicKey& key, Hash hash, Padding padding)
{
    EVP_PKEY* pkey = key.handle().key.get();
    OwnedKeyContext context{must_have(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr), "verifier")};
    const bool pss = padding == Padding::pss;
    must(EVP_PKEY_verify_init(context.get()) == 1, "verifier");
    must(EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1,
         "verifier");
    must(EVP_PKEY_CTX_set_signature_md(context.get(), algorithm_of(hash)) == 1, "verifier");
    // The salt's length is the signer's choice, and says nothing about who signed.
    if (pss) {
        must(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_AUTO) == 1, "verifier");
    }
    return context;
}

std::size_t signature_size(const PublicKey& key)
{
    return (static_cast<std::size_t>(key.bits()) + 7) / 8;
}

SignatureTraces traces_of(const PublicKey& key, const Bytes& signature)
{
    static constexpr std::uint8_t pss_trailer = 0xbc;
    const ErrorQueueCleared clear;
    if (!key.is_webhook_key() || signature.size() != signature_size(key)) return {};
    const Bytes encoded = recovered(key, signature, RSA_NO_PADDING);
    return {!recovered(key, signature, RSA_PKCS1_PADDING).empty(),
            !encoded.empty() && encoded.back() == pss_trailer};
}

} // namespace mizo::certs
