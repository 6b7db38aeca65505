#include "daemon/net/tls.hpp"

#include "daemon/net/system_trust.hpp"

#include <boost/asio/buffer.hpp>
#include <openssl/ssl.h>

namespace mizo::net {

namespace {

namespace ssl = boost::asio::ssl;
using base::Errc;
using base::Error;

constexpr const char* tls12_ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                      "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                      "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// Takes http/1.1 where the client offers it; a client that offers only other protocols is refused, so that
// nothing is ever read as HTTP/2 (RFC 7301 section 3.2).
int select_http11(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                  unsigned in_length, void*)
{
    static constexpr unsigned char http11[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_length, http11, sizeof http11 - 1, in, in_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void restrict_protocol(ssl::context& context)
{
    SSL_CTX* handle = context.native_handle();
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_cipher_list(handle, tls12_ciphers);
    // Idle connections then hold no read and write buffers: 512 of them stay small.
    SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
}

} // namespace

base::Result<TlsContext> make_server_tls(std::string_view chain_pem, std::string_view key, KeyForm form)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    restrict_protocol(*context);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_alpn_select_cb(context->native_handle(), select_http11, nullptr);
    boost::system::error_code failed;
    context->use_certificate_chain(boost::asio::buffer(chain_pem), failed);
    const auto format = form == KeyForm::pem ? ssl::context::pem : ssl::context::asn1;
    if (!failed) context->use_private_key(boost::asio::buffer(key), format, failed);
    if (failed || SSL_CTX_check_private_key(context->native_handle()) != 1)
        return Error{Errc::invalid, "tls.certificate",
                     "The certificate and private key of the listener cannot be used together.",
                     failed.message()};
    return context;
}

base::Result<TlsContext> make_client_tls(const std::string& extra_ca_file)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    restrict_protocol(*context);
    boost::system::error_code failed;
    trust_what_the_system_trusts(*context, failed);
    if (failed)
        return Error{Errc::unavailable, "tls.trust_store",
                     "The system's list of trusted certificate authorities cannot be read.",
                     failed.message()};
    if (!extra_ca_file.empty()) {
        context->load_verify_file(extra_ca_file, failed);
        if (failed)
            return Error{Errc::invalid, "tls.ca_file",
                         "The extra CA file cannot be read: it must hold certificates in PEM form.",
                         extra_ca_file + ": " + failed.message()};
    }
    context->set_verify_mode(ssl::verify_peer);
    return context;
}

} // namespace mizo::net
