#pragma once

#include "daemon/net/dial_message.hpp"
#include "daemon/net/outbound_stream.hpp"
#include "daemon/net/url.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace mizo::net {

// Remembers the first fault that OpenSSL finds with a peer's chain, while it is still to be seen: after a
// failed handshake the chain is gone.
class ChainWatch {
public:
    explicit ChainWatch(SSL* ssl);
    ChainWatch(const ChainWatch&) = delete;
    ChainWatch& operator=(const ChainWatch&) = delete;
    ~ChainWatch();

    int fault() const { return fault_; } // X509_V_OK: none
    // Who issued the certificate at which the chain could not go on.
    const std::string& issuer() const { return issuer_; }
    std::optional<base::WallTime> not_before() const { return not_before_; }

private:
    static int on_certificate(int good, X509_STORE_CTX* chain);

    SSL* ssl_;
    int fault_ = X509_V_OK;
    std::string issuer_;
    std::optional<base::WallTime> not_before_;
};

// What a failed handshake means.
Fault tls_fault(const Url& url, const ChainWatch& chain, boost::system::error_code failed,
                base::WallTime now);

// "test_tls_ok" with the version, the chain's issuer and the end of its validity.
Message describe_tls(SSL* ssl);

} // namespace mizo::net
