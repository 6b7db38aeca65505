#include "daemon/custody/settings_store.hpp"

#include "daemon/store/settings.hpp"

namespace mizo::custody {

namespace {

std::string bound_to(std::string_view name) { return "setting:" + std::string{name}; }

void save_secret(store::Database& db, std::string_view name, const std::optional<std::string>& text,
                 const certs::SealingKey& key, base::WallTime now)
{
    if (text) store::set_secret(db, name, certs::seal(key, *text, bound_to(name)), now);
    else store::clear_secret(db, name);
}

} // namespace

config::Entries load_settings(store::Database& db, const certs::SealingKey& key,
                              std::vector<std::string>& unopened)
{
    config::Entries entries;
    for (const auto& [name, stored] : store::load_settings(db)) entries.push_back({name, stored.value});
    for (const config::Setting& setting : config::all_settings()) {
        if (!setting.secret) continue;
        const auto sealed = store::load_secret(db, setting.name);
        if (!sealed) continue;
        const auto opened = certs::open_sealed(key, *sealed, bound_to(setting.name));
        if (opened) entries.push_back({std::string{setting.name}, std::string{opened->text()}});
        else unopened.emplace_back(setting.name);
    }
    return entries;
}

void save_settings(store::Database& db, const config::Settings::Change& change, const certs::SealingKey& key,
                   base::WallTime now)
{
    for (const config::Key changed : change.changed) {
        const config::Setting& setting = config::setting_of(changed);
        const std::optional<std::string> text = change.settings.stored_text(changed);
        if (setting.secret) save_secret(db, setting.name, text, key, now);
        else if (text) store::set_setting(db, setting.name, *text, now);
        else store::clear_setting(db, setting.name);
    }
}

} // namespace mizo::custody
