#pragma once

#include "daemon/config/settings.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/web/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mizo::intake {

enum class AuthMode { x509, hmac, basic };

// How a webhook proves that it comes from HaloPSA: the settings webhook.auth and webhook.*.
struct VerificationRules {
    AuthMode mode = AuthMode::x509;
    std::string header; // that holds the signature
    certs::SignatureScheme scheme;
    std::string hmac_secret;
    std::string basic_user;
    std::string basic_password;
};

VerificationRules verification_rules(const config::Settings& settings);

// What a good webhook was proven by.
struct Proof {
    std::optional<custody::Signer> signer; // with x509
    std::string signature;                 // as it stood in the header; empty with basic
    std::string algorithm;                 // "RSASSA-PKCS1-v1_5-SHA256", "HMAC-SHA256"; empty with basic
};

// Nothing for every kind of failure alike; why is `explain`'s.
std::optional<Proof> verify(const VerificationRules& rules, custody::WebhookCertificates& certificates,
                            const web::Request& request);

// Why a request was not accepted, for the admin page alone: a stable code, and the whole account as JSON (the
// `Verification` of the admin API). `code` may be given where it is known already ("too_old"). Costs many
// verifications: not on the loop's thread, and not for every request of a flood.
struct Explanation {
    std::string code; // "signature_missing", "signature_malformed", "signature_wrong", "no_certificate", …
    std::string json;
};
Explanation explain(const VerificationRules& rules, const std::vector<custody::KnownKey>& keys,
                    const web::Request& request, std::string_view code = {});

} // namespace mizo::intake
