#pragma once

#include "certs/listener_ca.hpp"
#include "certs/seal.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/tls.hpp"

#include <optional>
#include <string>

namespace mizo::custody {

namespace asio = boost::asio;

// What the public listener shows of itself: the certificate of its TLS, and the CA that the admin imports on
// the HaloPSA server.
struct ListenerTrust {
    std::string ca_pem;    // empty unless webhook.tls is auto
    std::string ca_sha256; // upper-case hex
    std::optional<base::WallTime> ca_not_after;
    std::optional<base::WallTime> not_after;
};

// The TLS of the public listener: from the relay's own small CA, which is made once and kept, or from a file.
class ListenerCertificate {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        const certs::SealingKey& sealing_key;
        const base::Clock& clock;
        base::Logger logger;
    };
    explicit ListenerCertificate(Parts parts) : parts_{std::move(parts)} {}

    // webhook.tls = auto: what is stored, as long as it is whole, covers these names and is not due; else a
    // new certificate, and where the CA may not issue for the names, a new CA.
    asio::awaitable<base::Result<net::TlsContext>> from_own_ca(certs::ListenerNames names);
    // webhook.tls = file: PEM (the chain and its key), or PFX. Errors: invalid "tls.file", "tls.certificate".
    base::Result<net::TlsContext> from_file(const std::string& path, std::string_view password);

    bool renewal_due() const;
    const ListenerTrust& trust() const { return trust_; }

private:
    asio::awaitable<std::optional<certs::KeyedCertificate>> load(std::string name);
    asio::awaitable<void> save(std::string name, const certs::KeyedCertificate& made);
    asio::awaitable<base::Result<certs::KeyedCertificate>> renew(std::optional<certs::KeyedCertificate>& ca,
                                                                 certs::ListenerNames names);

    Parts parts_;
    ListenerTrust trust_;
    std::optional<certs::Validity> validity_;
};

} // namespace mizo::custody
