#pragma once

// How a certificate of any kind is put together; for the sources of this folder only.

#include "certs/certificate.hpp"
#include "certs/key.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::certs {

// One extension in the words of OpenSSL's configuration files, such as {"keyUsage", "critical,cRLSign"}.
struct Extension {
    std::string name;
    std::string value;
};

struct Issuer {
    const Certificate& certificate;
    const RsaKey& key;
};

struct CertificateContent {
    std::string_view common_name;
    Validity validity;
    std::vector<Extension> extensions;
};

// Signs a certificate for the key with SHA-256: by the issuer, or by the key itself where there is none.
// Throws CryptoFailure where an extension cannot be written: values from outside are checked by the caller.
Certificate issue(const CertificateContent& content, const RsaKey& subject_key,
                  const std::optional<Issuer>& issuer);

} // namespace mizo::certs
