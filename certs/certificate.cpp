#include "certs/certificate.hpp"

#include "certs/digest.hpp"
#include "certs/issue.hpp"
#include "certs/openssl_handles.hpp"

#include <openssl/pem.h>

#include <array>
#include <limits>

namespace mizo::certs {
namespace {

Certificate owning(OwnedX509 certificate)
{
    return Certificate{std::make_shared<const CertificateHandle>(CertificateHandle{std::move(certificate)})};
}

// By the calendar and not by mktime(), which knows the machine's time zone only.
Time time_of(const ASN1_TIME* asn1)
{
    std::tm parts{};
    must(ASN1_TIME_to_tm(asn1, &parts) == 1, "reading a validity");
    using namespace std::chrono;
    const sys_days day = year{parts.tm_year + 1900} / (parts.tm_mon + 1) / parts.tm_mday;
    return day + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
}

// What Windows and we rely on later must be readable: a certificate that lacks it is no certificate.
bool is_complete(const X509* certificate)
{
    return X509_get0_pubkey(certificate) != nullptr &&
           ASN1_TIME_check(X509_get0_notBefore(certificate)) == 1 &&
           ASN1_TIME_check(X509_get0_notAfter(certificate)) == 1;
}

} // namespace

Certificate Certificate::self_signed(const RsaKey& key, std::string_view common_name,
                                     const Validity& validity)
{
    const CertificateContent content{common_name,
                                     validity,
                                     {{"basicConstraints", "critical,CA:FALSE"},
                                      {"keyUsage", "critical,digitalSignature"},
                                      {"subjectKeyIdentifier", "hash"}}};
    return issue(content, key, std::nullopt);
}

Result<Certificate> Certificate::from_der(ByteView der)
{
    const ErrorQueueCleared clear;
    if (der.size() > std::numeric_limits<int>::max()) return Error{Errc::too_large, "certificate"};
    const std::uint8_t* at = der.data();
    OwnedX509 certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    if (!certificate || at != der.end() || !is_complete(certificate.get())) {
        return Error{Errc::malformed, "not an X.509 certificate"};
    }
    return owning(std::move(certificate));
}

Result<Certificate> Certificate::from_pem(std::string_view pem)
{
    const ErrorQueueCleared clear;
    if (pem.size() > std::numeric_limits<int>::max()) return Error{Errc::too_large, "certificate"};
    const OwnedBio input{must_have(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), "PEM")};
    OwnedX509 certificate{PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr)};
    if (!certificate || !is_complete(certificate.get())) {
        return Error{Errc::malformed, "no PEM certificate in this text"};
    }
    return owning(std::move(certificate));
}

Bytes Certificate::der() const
{
    const X509* certificate = handle_->certificate.get();
    const int size = i2d_X509(certificate, nullptr);
    must(size > 0, "writing a certificate");
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* at = der.data();
    must(i2d_X509(certificate, &at) == size, "writing a certificate");
    return der;
}

std::string Certificate::pem() const
{
    // By hand, so that the line ends are the same on every platform.
    const std::string text = base64(der());
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
    return pem + "-----END CERTIFICATE-----\n";
}

std::string Certificate::thumbprint() const
{
    return hex_upper(sha1(der()));
}

std::string Certificate::fingerprint_sha256() const
{
    return hex(sha256(der()));
}

std::string Certificate::common_name() const
{
    const X509_NAME* name = X509_get_subject_name(handle_->certificate.get());
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) return {};
    std::string result{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
    OPENSSL_free(text);
    return result;
}

std::string Certificate::serial_hex() const
{
    const ASN1_INTEGER* serial = X509_get0_serialNumber(handle_->certificate.get());
    return hex(
        std::span{ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

Validity Certificate::validity() const
{
    const X509* certificate = handle_->certificate.get();
    return {time_of(X509_get0_notBefore(certificate)), time_of(X509_get0_notAfter(certificate))};
}

PublicKey Certificate::public_key() const
{
    OwnedKey key{must_have(X509_get_pubkey(handle_->certificate.get()), "reading a public key")};
    return PublicKey{std::make_shared<const KeyHandle>(KeyHandle{std::move(key)})};
}

bool Certificate::belongs_to(const RsaKey& key) const
{
    return EVP_PKEY_eq(X509_get0_pubkey(handle_->certificate.get()), key.handle().key.get()) == 1;
}

} // namespace mizo::certs
