#pragma once

#include "certs/bytes.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::store {

// Settings that the admin changed; what is not here has its default, or is pinned by the file.
struct StoredSetting {
    std::string value; // JSON text
    base::WallTime set{};
};
std::map<std::string, StoredSetting> load_settings(Database& db);
void set_setting(Database& db, std::string_view key, std::string_view json, base::WallTime now);
void clear_setting(Database& db, std::string_view key);

// Secrets lie sealed (the sealing is the caller's); what is replaced or cleared is overwritten on disk.
std::optional<certs::Bytes> load_secret(Database& db, std::string_view name);
void set_secret(Database& db, std::string_view name, certs::ByteView sealed, base::WallTime now);
void clear_secret(Database& db, std::string_view name);

// Small facts of this installation, such as the webhook's token and when it was made.
std::optional<std::string> load_meta(Database& db, std::string_view key);
void set_meta(Database& db, std::string_view key, std::string_view value);
void clear_meta(Database& db, std::string_view key);

} // namespace mizo::store
