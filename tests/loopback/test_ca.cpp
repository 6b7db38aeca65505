#include "tests/loopback/peer.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace mizo::tests {

namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

void must(bool done)
{
    if (!done) throw std::runtime_error{"OpenSSL could not make a certificate for a test"};
}

Key make_key(int rsa_bits)
{
    EVP_PKEY* key = rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(rsa_bits));
    must(key);
    return Key{key, EVP_PKEY_free};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// Without an issuer it is a CA, signed by itself.
Certificate make_certificate(const CertificateSpec& spec, const Key& key, X509* issuer, const Key& signer)
{
    static long serial = 1;
    Certificate made{X509_new(), X509_free};
    X509* certificate = made.get();
    constexpr long day = 24 * 60 * 60;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), spec.not_before_days * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), spec.not_after_days * day);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(spec.common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : name);
    X509_set_pubkey(certificate, key.get());
    X509* authority = issuer ? issuer : certificate;
    extend(certificate, authority, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (issuer) extend(certificate, authority, NID_subject_alt_name, spec.names);
    must(X509_sign(certificate, signer.get(), spec.sha1 ? EVP_sha1() : EVP_sha256()) > 0);
    return made;
}

} // namespace

struct TestCa::Handles {
    Key key;
    Certificate certificate;
};

TestCa::TestCa(const std::string& common_name) : handles_{std::make_unique<Handles>()}
{
    CertificateSpec spec;
    spec.common_name = common_name;
    handles_->key = make_key(0);
    handles_->certificate = make_certificate(spec, handles_->key, nullptr, handles_->key);
}

TestCa::~TestCa() = default;

std::shared_ptr<asio::ssl::context> TestCa::server(const CertificateSpec& spec) const
{
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    const auto key = make_key(spec.rsa_bits);
    const auto certificate = make_certificate(spec, key, handles_->certificate.get(), handles_->key);
    SSL_CTX* handle = context->native_handle();
    SSL_CTX_set_security_level(handle, 0); // so that it can do what a server should not
    must(SSL_CTX_use_certificate(handle, certificate.get()) == 1);
    must(SSL_CTX_use_PrivateKey(handle, key.get()) == 1);
    return context;
}

net::TlsContext TestCa::trusting() const
{
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context->native_handle()), handles_->certificate.get());
    context->set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    return context;
}

} // namespace mizo::tests
