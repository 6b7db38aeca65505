#pragma once

#include "daemon/admin/accounts.hpp"
#include "daemon/admin/call.hpp"
#include "daemon/admin/condition_tracker.hpp"
#include "daemon/admin/feed.hpp"
#include "daemon/admin/gate.hpp"
#include "daemon/admin/hub.hpp"
#include "daemon/admin/parts.hpp"
#include "daemon/alerts/rhythm.hpp"

namespace mizo::admin {

// What every call of the API works with: the daemon's parts, and those of the API itself.
struct Services {
    Parts parts;
    base::Logger logger;
    AdminAddress address;
    Accounts accounts;
    Hub hub;
    Feed feed;
    ConditionTracker conditions;
    bool alerts_resumed = false; // conditions have those of the earlier start
    alerts::Rhythm rhythm;       // in which HaloPSA calls
    std::optional<base::SteadyTime> rhythm_learnt;

    explicit Services(Parts given);

    // The link: there is more to send.
    void on_replayed(std::int64_t next_seq) const { parts.wake(next_seq); }
    base::WallTime now() const { return parts.clock.wall(); }
    // An entry of the audit for what this call does.
    store::AuditEntry deed(const Call& call, std::string action, json::object args = {}) const;
    // Writes the entry in a transaction of its own.
    asio::awaitable<void> audit(store::AuditEntry entry);
};

// What serves a call. The services outlive every call.
using Action = asio::awaitable<web::Response> (*)(Services&, Call);

// The answer to a result of the store or of the daemon's parts; `fallback` is the code of the problem where
// the error's kind has none of its own.
web::Response problem_of(const base::Error& error, std::string_view fallback);

} // namespace mizo::admin
