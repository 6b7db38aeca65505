#pragma once

#include "certs/pfx.hpp"
#include "certs/rotation.hpp"
#include "certs/verify.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/net/store_io.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mizo::custody {

namespace asio = boost::asio;

// A certificate that HaloPSA signs with, as the admin sees it: what the rotation knows of it, and what it is.
struct WebhookCertificate {
    certs::CertificateRecord record;
    std::string thumbprint; // SHA-1, upper-case hex
    std::string sha256;     // upper-case hex
    std::string subject;
    certs::PfxProfile profile = certs::PfxProfile::compatible;
    int key_bits = 2048;
    std::string pem;
    certs::PublicKey public_key;
};

struct CertificateOrder {
    certs::PfxProfile profile = certs::PfxProfile::compatible;
    int key_bits = 2048;
    int valid_days = 398;
};

// Which certificate signed a webhook.
struct Signer {
    std::string id;
    std::string thumbprint;
};

// The webhook certificates: made, sealed, handed out, accepted, rotated and destroyed. It owns their state in
// memory; every change is on disk before it is told. On the loop's thread only.
class WebhookCertificates {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        const certs::SealingKey& sealing_key;
        const base::Clock& clock;
        base::Logger logger;
        // Makes keys, which takes up to seconds, away from the loop.
        asio::any_io_executor key_maker;
    };

    WebhookCertificates(Parts parts, certs::RotationRules rules);
    ~WebhookCertificates();

    // Reads what is stored; once, before anything else.
    asio::awaitable<void> load();
    void set_rules(certs::RotationRules rules);

    // ---- The webhook's way ----
    // With another scheme the keys are prepared anew.
    void set_scheme(const certs::SignatureScheme& scheme);
    // Which accepted certificate signed it; nothing for every kind of failure alike.
    std::optional<Signer> verify(const certs::SignedMessage& message);
    // Counted in memory, and written within seconds; the first one of a certificate at once, since it
    // activates the certificate and destroys its private key.
    void on_signature_seen(const std::string& id);

    // ---- The admin's way; newest first ----
    const std::vector<WebhookCertificate>& all() const { return certificates_; }
    const WebhookCertificate* find(const std::string& id) const;
    asio::awaitable<base::Result<std::string>> make(CertificateOrder order); // its id
    // Errors: not_found, gone (the private key is destroyed).
    asio::awaitable<base::Result<std::string>> pfx(std::string id); // marks it as handed out
    asio::awaitable<base::Result<std::string>> password(std::string id);
    // Errors: not_found, conflict (its state does not allow it, or it is the last accepted one).
    asio::awaitable<base::Result<void>> retire(std::string id);
    asio::awaitable<base::Result<void>> revoke(std::string id);

    // Does what time brings: ends overlaps, destroys private keys, notices that a rotation is due. Writes
    // counters that wait. Call about once a second.
    asio::awaitable<void> tick();
    certs::RotationStatus rotation() const;

private:
    struct Verifying;
    void prepare_verifier();
    asio::awaitable<void> apply(std::vector<certs::CertificateRecord> changed);
    WebhookCertificate* find_mutable(const std::string& id);

    Parts parts_;
    certs::RotationRules rules_;
    std::vector<WebhookCertificate> certificates_;
    std::unique_ptr<Verifying> verifying_;
};

} // namespace mizo::custody
