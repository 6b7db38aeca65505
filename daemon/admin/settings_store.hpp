#pragma once

#include "certs/seal.hpp"
#include "daemon/config/settings.hpp"
#include "daemon/store/settings.hpp"

#include <optional>
#include <string>
#include <vector>

// How settings lie in the database: values as JSON strings of their text, secrets sealed under their name.
namespace mizo::admin {

// What the database holds, for Settings::load. A secret that cannot be opened (another sealing key) is left
// out, and named in `lost`.
struct LoadedEntries {
    config::Entries entries;
    std::vector<std::string> lost;
};
LoadedEntries load_setting_entries(store::Database& db, const certs::SealingKey& key);

// One setting to be written; no text clears it.
struct SettingWrite {
    std::string name;
    std::optional<std::string> json; // of a plain value
    std::optional<certs::Bytes> sealed;
    bool secret = false;
};
std::vector<SettingWrite> settings_to_write(const config::Settings& settings,
                                            const std::vector<config::Key>& changed,
                                            const certs::SealingKey& key);
void write_settings(store::Database& db, const std::vector<SettingWrite>& writes, base::WallTime now);

} // namespace mizo::admin
