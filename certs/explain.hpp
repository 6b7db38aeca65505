#pragma once

#include "certs/key.hpp"
#include "certs/rotation.hpp"
#include "certs/signature_scheme.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::certs {

// A certificate that was ever made here, in use or not.
struct KnownCertificate {
    PublicKey key;
    std::string thumbprint;
    CertificateState state;
    bool accepted;
};

// The delivery that was refused; no signature where the header was missing.
struct RefusedMessage {
    std::optional<std::string_view> signature;
    ByteView body;
    std::string_view timestamp;
};

enum class HintCode : std::uint8_t {
    header_missing,
    header_empty,
    prefix_missing,           // the setting's prefix does not stand at the beginning
    not_in_encoding,          // not what the setting's encoding looks like; detail: what it looks like
    wrong_length,             // decodes, but to another length than any key's; detail: both lengths
    no_certificate,           // there is none that could be tried
    verifies_without_bom,     // the byte order mark was not signed
    sha1_needs_setting,       // signed with SHA-1, which is allowed by setting only
    verifies_with_settings,   // other settings would verify it; detail: which
    certificate_not_accepted, // signed by a retired or revoked one; detail: state and thumbprint
    other_bytes_signed, // signed by one of ours, over other bytes: changed on the way; detail: thumbprint
    unknown_signer,     // signed by none of ours
};

std::string_view to_string(HintCode code);

struct Hint {
    HintCode code;
    std::string detail;
};

// Why a delivery was refused, for the administrator alone: none of it goes into an answer.
struct SignatureExplanation {
    bool header_found{false};
    std::size_t header_length{0};
    std::string_view alphabet; // base64, base64url, hex, other, or none
    std::size_t signature_length{0};
    std::vector<std::string> tried; // thumbprints of the accepted certificates
    std::string body_sha256;
    std::vector<Hint> hints;
};

// Takes milliseconds, and more for a large body: not before the answer is sent, and not without a limit on
// how often it is done for deliveries of strangers.
SignatureExplanation explain(const SignatureScheme& scheme, const RefusedMessage& message,
                             const std::vector<KnownCertificate>& known);

} // namespace mizo::certs
