#pragma once

#include "certs/seal.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/store/database.hpp"

// The settings as they lie in the database: secrets sealed, the rest as the text an admin would write.
namespace mizo::custody {

// A secret that cannot be opened (another sealing key) counts as unset; its name is added to `unopened`.
config::Entries load_settings(store::Database& db, const certs::SealingKey& key,
                              std::vector<std::string>& unopened);

// Writes what a change brought, inside the caller's transaction.
void save_settings(store::Database& db, const config::Settings::Change& change, const certs::SealingKey& key,
                   base::WallTime now);

} // namespace mizo::custody
