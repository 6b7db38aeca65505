#pragma once

#include "daemon/base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace mizo::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// For a listener: TLS 1.2 and 1.3, AEAD and ECDHE only, no renegotiation, no compression, ALPN http/1.1.
// The chain begins with the listener's own certificate; both are PEM.
base::Result<TlsContext> make_server_tls(std::string_view chain_pem, std::string_view key_pem);

// For our outbound connections: the peer's chain and name are always verified, against the system's trust
// store and, where it is not empty, the certificates of `extra_ca_file` (PEM).
base::Result<TlsContext> make_client_tls(const std::string& extra_ca_file);

} // namespace mizo::net
