#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/page.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mizo::store {

// Who did what. Never holds a secret.
struct AuditEntry {
    std::string id; // UUIDv7
    base::WallTime at{};
    std::string who; // admin, key, system, cloud
    std::string action;
    std::string subject; // what it was done to: an id, a key; may be empty
    std::string detail;  // JSON text
    std::optional<std::string> remote;
};

inline constexpr std::int64_t audit_limit = 50'000; // the oldest leave first

void add_audit(Database& db, const AuditEntry& entry);
base::Result<Page<AuditEntry>> list_audit(Database& db, const PageRequest& page);

} // namespace mizo::store
