#include "certs/verify.hpp"

#include "certs/digest.hpp"
#include "certs/hash.hpp"
#include "certs/openssl_handles.hpp"
#include "certs/rsa_signature.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace mizo::certs {

// One key with its context set up for the scheme. Setting up costs half as much as verifying, so it is done
// once.
struct Verifier::PreparedKey {
    PublicKey key;
    OwnedKeyContext context;
    std::size_t size;
};

Verifier::Verifier(SignatureScheme scheme, const std::vector<PublicKey>& keys) : scheme_{std::move(scheme)}
{
    keys_.reserve(keys.size());
    for (const PublicKey& key : keys) {
        // A key that cannot sign webhooks keeps its place, so that the places are those of the caller's list.
        OwnedKeyContext context = key.is_webhook_key()
                                      ? prepare_verification(key, scheme_.hash, scheme_.padding)
                                      : OwnedKeyContext{};
        keys_.push_back({key, std::move(context), signature_size(key)});
    }
}

Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

std::optional<std::size_t> Verifier::verify(const SignedMessage& message)
{
    const Result<Bytes> signature = decode_signature(scheme_, message.signature);
    if (!signature) return std::nullopt;
    const auto could_sign = [&](const PreparedKey& key) {
        return key.context && key.size == signature->size();
    };
    if (std::none_of(keys_.begin(), keys_.end(), could_sign)) return std::nullopt;
    const std::optional<SignedContent> content = signed_content(scheme_, message);
    if (!content) return std::nullopt;

    const Digest digest = digest_of(scheme_.hash, content->view());
    const ErrorQueueCleared clear;
    // While two certificates are in use the sender still has one key, most likely the one it had last time.
    for (std::size_t tried = 0; tried < keys_.size(); ++tried) {
        const std::size_t i = (last_signer_ + tried) % keys_.size();
        if (could_sign(keys_[i]) && EVP_PKEY_verify(keys_[i].context.get(), signature->data(),
                                                    signature->size(), digest.data(), digest.size()) == 1) {
            last_signer_ = i;
            return i;
        }
    }
    return std::nullopt;
}

bool hmac_matches(ByteView key, std::string_view header_value, ByteView body)
{
    const Sha256Digest expected = hmac_sha256(key, body);
    const Result<Bytes> given = from_base64(header_value);
    return !key.empty() && given && equal_in_constant_time(*given, expected);
}

bool basic_matches(const BasicCredentials& expected, std::string_view authorization)
{
    static constexpr std::string_view scheme = "basic ";
    const bool is_basic = authorization.size() > scheme.size() &&
                          std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char a, char b) {
                              return a == std::tolower(static_cast<unsigned char>(b));
                          });
    if (!is_basic) return false;
    const Result<Bytes> given = from_base64(authorization.substr(scheme.size()));
    if (!given || expected.password.empty()) return false;
    // Digests of equal length are compared, so that not even the length of the secret shows.
    const std::string wanted = std::string{expected.user} + ":" + std::string{expected.password};
    return equal_in_constant_time(sha256(*given), sha256(wanted));
}

} // namespace mizo::certs
