#pragma once

#include "daemon/base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace mizo::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

enum class KeyForm { pem, der };

// For a listener: TLS 1.2 and 1.3, AEAD and ECDHE only, no renegotiation, no compression, ALPN http/1.1.
// The chain is PEM, and begins with the listener's own certificate; the key is PKCS#8, or what else OpenSSL
// reads without a password. Error: invalid "tls.certificate".
base::Result<TlsContext> make_server_tls(std::string_view chain_pem, std::string_view key, KeyForm form);

// For our outbound connections: the peer's chain and name are always verified, against the system's trust
// store and, where it is not empty, the certificates of `extra_ca_file` (PEM).
base::Result<TlsContext> make_client_tls(const std::string& extra_ca_file);

} // namespace mizo::net
