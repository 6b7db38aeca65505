#include "certs/issue.hpp"

#include "certs/openssl_handles.hpp"
#include "certs/random.hpp"

#include <array>

namespace mizo::certs {
namespace {

// Positive, never zero, and 128 bits of it random: the top bit is clear so that DER needs no sign byte, and a
// leading one makes up for it.
void set_random_serial(X509* certificate)
{
    std::array<std::uint8_t, 17> bytes{};
    fill_random(bytes);
    bytes[0] = 0x01;
    const OwnedBignum number{must_have(BN_bin2bn(bytes.data(), bytes.size(), nullptr), "serial number")};
    must(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "serial number");
}

void set_common_name(X509* certificate, std::string_view common_name)
{
    X509_NAME* name = X509_get_subject_name(certificate);
    must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1,
         "subject name");
}

void set_validity(X509* certificate, const Validity& validity)
{
    const std::time_t from = std::chrono::system_clock::to_time_t(validity.not_before);
    const std::time_t until = std::chrono::system_clock::to_time_t(validity.not_after);
    must(ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
             ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr,
         "validity");
}

void add_extension(X509* certificate, X509* issuer, const Extension& wanted)
{
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const OwnedExtension extension{
        must_have(X509V3_EXT_nconf(nullptr, &context, wanted.name.c_str(), wanted.value.c_str()),
                  "certificate extension")};
    must(X509_add_ext(certificate, extension.get(), -1) == 1, "certificate extension");
}

} // namespace

Certificate issue(const CertificateContent& content, const RsaKey& subject_key,
                  const std::optional<Issuer>& issuer)
{
    OwnedX509 made{must_have(X509_new(), "certificate")};
    X509* certificate = made.get();
    X509* issued_by = issuer ? issuer->certificate.handle().certificate.get() : certificate;
    EVP_PKEY* signing_key = issuer ? issuer->key.handle().key.get() : subject_key.handle().key.get();

    must(X509_set_version(certificate, X509_VERSION_3) == 1, "certificate");
    must(X509_set_pubkey(certificate, subject_key.handle().key.get()) == 1, "certificate");
    set_random_serial(certificate);
    set_common_name(certificate, content.common_name);
    must(X509_set_issuer_name(certificate, X509_get_subject_name(issued_by)) == 1, "certificate");
    set_validity(certificate, content.validity);
    for (const Extension& wanted : content.extensions) add_extension(certificate, issued_by, wanted);
    must(X509_sign(certificate, signing_key, EVP_sha256()) > 0, "signing a certificate");
    return Certificate{std::make_shared<const CertificateHandle>(CertificateHandle{std::move(made)})};
}

} // namespace mizo::certs
