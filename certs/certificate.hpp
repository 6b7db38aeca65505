#pragma once

#include "certs/bytes.hpp"
#include "certs/error.hpp"
#include "certs/key.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mizo::certs {

using Time = std::chrono::system_clock::time_point;

struct Validity {
    Time not_before;
    Time not_after;
};

struct CertificateHandle;

// An X.509 certificate as a value; a copy shares the parsed one.
class Certificate {
public:
    // What HaloPSA signs webhooks with: subject = issuer = CN, a random serial of 128 bits, not a CA,
    // keyUsage digitalSignature (critical), signed with SHA-256.
    static Certificate self_signed(const RsaKey& key, std::string_view common_name, const Validity& validity);

    static Result<Certificate> from_der(ByteView der);

    // The first certificate of the text.
    static Result<Certificate> from_pem(std::string_view pem);

    Bytes der() const;
    std::string pem() const;

    // SHA-1 of the DER form in upper-case hex, as Windows and HaloPSA show it.
    std::string thumbprint() const;

    // SHA-256 of the DER form in lower-case hex.
    std::string fingerprint_sha256() const;

    std::string common_name() const;
    std::string serial_hex() const;
    Validity validity() const;
    PublicKey public_key() const;
    bool belongs_to(const RsaKey& key) const;

    // For the sources of this library.
    explicit Certificate(std::shared_ptr<const CertificateHandle> handle) : handle_{std::move(handle)} {}
    const CertificateHandle& handle() const { return *handle_; }

private:
    std::shared_ptr<const CertificateHandle> handle_;
};

} // namespace mizo::certs
