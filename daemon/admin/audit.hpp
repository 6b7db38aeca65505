#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/base/random.hpp"
#include "daemon/store/audit.hpp"

namespace mizo::admin {

// Something that was done, for the audit. The args never hold a secret.
struct Deed {
    std::string who; // admin, key, system, cloud
    std::string action;
    json::object args = {};
    std::string remote = {};
    std::string subject = {};
};

store::AuditEntry audit_entry(const Deed& deed, base::WallTime now, base::Random& random);

// As GET /audit shows it.
json::object to_json(const store::AuditEntry& entry);

} // namespace mizo::admin
