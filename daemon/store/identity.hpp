#pragma once

#include "certs/bytes.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <optional>
#include <string>

namespace mizo::store {

// Who this relay is to the cloud.
struct Identity {
    std::string relay_id;
    std::string connect_url;
    certs::Bytes sealed_key; // P-256, sealed by the caller
    std::string kid;         // RFC 7638 thumbprint
    base::WallTime enrolled{};
};

std::optional<Identity> load_identity(Database& db);
void set_identity(Database& db, const Identity& identity);
// Overwritten on disk.
void forget_identity(Database& db);

} // namespace mizo::store
