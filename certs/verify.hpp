#pragma once

#include "certs/bytes.hpp"
#include "certs/key.hpp"
#include "certs/signature_scheme.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mizo::certs {

// Says which of its keys signed a message. Made once for a scheme and the accepted keys, and used for every
// delivery: the keys are prepared, and the body is hashed once however many keys there are. The certificate's
// dates do not matter, only its key. Not to be shared by threads.
class Verifier {
public:
    // Keys that are not RSA of 2048 to 4096 bits verify nothing.
    Verifier(SignatureScheme scheme, const std::vector<PublicKey>& keys);
    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    ~Verifier();

    // The place of the key in the list. Nothing for every kind of failure alike: the reasons are explain()'s.
    std::optional<std::size_t> verify(const SignedMessage& message);

    const SignatureScheme& scheme() const { return scheme_; }

private:
    struct PreparedKey;

    SignatureScheme scheme_;
    std::vector<PreparedKey> keys_;
    std::size_t last_signer_{0};
};

// webhook.auth = hmac: base64 of HMAC-SHA256 over the raw body. Compared in constant time.
bool hmac_matches(ByteView key, std::string_view header_value, ByteView body);

// webhook.auth = basic: the value of an Authorization header (RFC 7617). Compared in constant time.
struct BasicCredentials {
    std::string_view user;
    std::string_view password;
};
bool basic_matches(const BasicCredentials& expected, std::string_view authorization);

} // namespace mizo::certs
