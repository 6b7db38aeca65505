#pragma once

#include "certs/bytes.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mizo::store {

// The one account of the admin page.
struct Account {
    std::string password_hash;
    base::WallTime set{};
};
std::optional<Account> load_account(Database& db);
// A new password ends every session.
void set_password(Database& db, const std::string& hash, base::WallTime now);

// Failed sign-ins since the last success; kept on disk, so that a restart does not forgive them.
struct SignInFailures {
    std::int64_t count = 0;
    std::optional<base::WallTime> last;
};
SignInFailures load_sign_in_failures(Database& db);
void count_sign_in_failure(Database& db, base::WallTime now);
void clear_sign_in_failures(Database& db);

// A signed-in browser. The id is known to it alone: here lies its SHA-256.
struct SessionRow {
    certs::Bytes id_hash;
    std::string csrf;
    base::WallTime created{};
    base::WallTime last_seen{};
    base::WallTime authenticated{}; // when the password was last entered
    std::string remote;
};
void insert_session(Database& db, const SessionRow& session);
std::optional<SessionRow> find_session(Database& db, certs::ByteView id_hash);
void touch_session(Database& db, certs::ByteView id_hash, base::WallTime seen);
void end_session(Database& db, certs::ByteView id_hash);
void end_all_sessions(Database& db);
// Ends those made or last seen before these times; how many.
std::int64_t prune_sessions(Database& db, base::WallTime created_before, base::WallTime seen_before);

} // namespace mizo::store
