#pragma once

#include "certs/bytes.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

// A certificate as it lies in the database. The rules of its life are certs/'s; here are only its facts.
struct CertificateRow {
    std::string id;         // UUID
    std::string thumbprint; // SHA-1, upper-case hex
    std::string sha256;     // upper-case hex
    std::string subject;
    std::string state;   // pending, active, retiring, retired, revoked
    std::string profile; // compatible, modern
    int key_bits = 2048;
    base::WallTime not_before{};
    base::WallTime not_after{};
    base::WallTime created{};
    std::optional<base::WallTime> downloaded; // the first download of the PFX
    std::optional<base::WallTime> activated;
    std::optional<base::WallTime> retiring;
    std::optional<base::WallTime> ended; // retired or revoked
    std::optional<base::WallTime> first_used;
    std::optional<base::WallTime> last_used;
    std::int64_t signatures = 0;
    std::string pem;
    // Sealed; empty once destroyed.
    std::optional<certs::Bytes> sealed_key;
    std::optional<certs::Bytes> sealed_pfx;
    std::optional<certs::Bytes> sealed_password;
    std::optional<base::WallTime> destroyed;
};

void insert_certificate(Database& db, const CertificateRow& row);
// Everything that changes in its life: state, times and counters. The sealed parts stay.
void update_certificate(Database& db, const CertificateRow& row);
// All, newest first.
std::vector<CertificateRow> load_certificates(Database& db);
std::optional<CertificateRow> find_certificate(Database& db, const std::string& id);
// Overwrites private key, PFX and password, in the file and, through the writer's next checkpoint, in the
// log. What the certificate verifies stays.
void destroy_private_key(Database& db, const std::string& id, base::WallTime now);

} // namespace mizo::store
