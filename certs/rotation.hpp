#pragma once

#include "certs/certificate.hpp"
#include "certs/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::certs {

// pending: made; accepted as soon as its PFX has left. active: a signature made with it was seen. retiring: a
// newer one is active. retired: over. revoked: ended by the administrator, at once.
enum class CertificateState : std::uint8_t { pending, active, retiring, retired, revoked };

std::string_view to_string(CertificateState state);
std::optional<CertificateState> certificate_state_from(std::string_view word);

// What is known of a certificate made here; the store keeps it.
struct CertificateRecord {
    std::string id;
    CertificateState state{CertificateState::pending};
    Validity validity;
    Time made;
    std::optional<Time> left; // the PFX was first downloaded, or put into HaloPSA by its API
    std::optional<Time> first_used;
    std::optional<Time> last_used;
    std::optional<Time> retiring_since;
    std::uint64_t signatures_seen{0};
    bool key_destroyed{false};

    bool is_accepted() const;
};

using CertificateRecords = std::vector<CertificateRecord>;

struct RotationRules {
    double renew_at{0.66}; // share of a certificate's life after which the next one is due
    std::chrono::seconds overlap{std::chrono::days{14}};
    std::chrono::seconds quiet_before_end{std::chrono::days{1}};
    std::chrono::seconds key_kept{std::chrono::days{7}};
    std::chrono::seconds warn_before_end{std::chrono::days{30}};
};

enum class ChangeReason : std::uint8_t {
    signature_seen,   // counted, nothing else
    left,             // its PFX was handed out: accepted from now on
    first_signature,  // pending -> active, and its private key goes
    newer_is_active,  // -> retiring
    overlap_over,     // retiring -> retired
    never_left,       // pending -> retired: its key is gone, and nobody has it
    key_time_over,    // the private key goes
    retired_by_admin, // active -> retiring, retiring -> retired
    revoked_by_admin, // -> revoked
    rolled_back,      // pending -> revoked
};

std::string_view to_string(ChangeReason reason);

// One record as it has to be from now on. Where `destroy_key` is set, the private key and the PFX's password
// are to be deleted in the transaction that stores the record.
struct CertificateChange {
    CertificateRecord after;
    CertificateState before;
    ChangeReason reason;
    bool destroy_key{false};
};

using CertificateChanges = std::vector<CertificateChange>;

// The places of the records whose certificates verify webhooks. An expired one goes on being accepted:
// HaloPSA does not stop signing, and refusing would lose its events.
std::vector<std::size_t> accepted(const CertificateRecords& records);

// A delivery was verified with this certificate.
CertificateChanges on_signature_seen(const CertificateRecords& records, std::string_view id, Time now);

// The PFX was handed out. Errc::mismatch once may_leave() says no.
Result<CertificateChange> on_left(const CertificateRecord& record, const RotationRules& rules, Time now);

// True while the PFX can be downloaded: pending, no signature seen, and not older than rules.key_kept.
bool may_leave(const CertificateRecord& record, const RotationRules& rules, Time now);

// What the passing of time brings about. To be called at least hourly; calling it again changes nothing.
CertificateChanges tick(const CertificateRecords& records, const RotationRules& rules, Time now);

enum class RotationNeed : std::uint8_t {
    none,
    make_certificate,    // the one in use is due (or there is none) and nothing is under way
    install_certificate, // a pending one waits to be put into HaloPSA
};

RotationNeed due(const CertificateRecords& records, const RotationRules& rules, Time now);
Time due_at(const CertificateRecord& record, const RotationRules& rules);

enum class Lifetime : std::uint8_t { not_yet_valid, valid, expiring, expired };
Lifetime lifetime(const CertificateRecord& record, const RotationRules& rules, Time now);

// By hand. An active certificate begins to retire, a retiring one ends. Errc::mismatch where no other one
// would be active: that would leave HaloPSA without a certificate.
Result<CertificateChange> retire(const CertificateRecords& records, std::string_view id, Time now);

// By hand, at once, and whatever is left: a key that has leaked must not verify. Errc::mismatch if it is
// over.
Result<CertificateChange> revoke(const CertificateRecords& records, std::string_view id);

// Takes back a rotation that never got active: every pending one is revoked, the one in use stays.
// Errc::mismatch where nothing is pending or nothing would stay.
Result<CertificateChanges> roll_back(const CertificateRecords& records);

} // namespace mizo::certs
