#pragma once

#include "certs/pfx.hpp"
#include "certs/rotation.hpp"
#include "certs/seal.hpp"
#include "certs/verify.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/result.hpp"
#include "daemon/net/store_io.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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

// A key that may have signed, whatever the state of its certificate.
struct KnownKey {
    std::string certificate_id;
    std::string thumbprint;
    certs::CertificateState state;
    bool accepted;
    certs::PublicKey key;
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
        base::Random& random;
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
    std::vector<KnownKey> keys() const;
    asio::awaitable<base::Result<std::string>> make(CertificateOrder order); // its id
    // Errors: not_found, gone (the private key is destroyed).
    asio::awaitable<base::Result<std::string>> pfx(std::string id); // marks it as handed out
    asio::awaitable<base::Result<std::string>> password(std::string id);
    // Errors: not_found, conflict (its state does not allow it, or it is the last accepted one).
    asio::awaitable<base::Result<void>> retire(std::string id);
    asio::awaitable<base::Result<void>> revoke(std::string id);
    // Takes back a rotation that never got active. Error: conflict (nothing is pending, or nothing would
    // stay).
    asio::awaitable<base::Result<void>> roll_back();

    // Does what time brings: ends overlaps, destroys private keys, notices that a rotation is due. Writes
    // counters that wait. Call about once a second.
    asio::awaitable<void> tick();
    certs::RotationNeed due() const;
    const certs::RotationRules& rules() const { return rules_; }

private:
    // Accepted keys, prepared, and whose they are.
    struct Verifying {
        certs::Verifier verifier;
        std::vector<Signer> signers;
    };
    struct Material;

    certs::CertificateRecords records() const;
    WebhookCertificate* find_mutable(const std::string& id);
    void prepare_verifier();
    // Takes changes over in memory, where the rules look; `save` brings them to disk. A save that fails is
    // tried again by the next.
    void take_over(const certs::CertificateChanges& changes);
    asio::awaitable<void> save();
    asio::awaitable<void> add(Material material);
    // Opens a sealed part: "pfx" or "password".
    asio::awaitable<base::Result<std::string>> open(std::string id, std::string part);

    Parts parts_;
    certs::RotationRules rules_;
    certs::SignatureScheme scheme_;
    std::vector<WebhookCertificate> certificates_; // newest first
    std::optional<Verifying> verifying_;
    std::set<std::string> unsaved_;    // ids whose record is newer than the store's
    std::set<std::string> to_destroy_; // ids whose private key has to go
    base::WallTime saved_{};
    bool urgent_ = false; // more than counters waits to be saved
};

} // namespace mizo::custody
