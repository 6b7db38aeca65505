#include "daemon/admin/settings_store.hpp"

#include "daemon/web/json_text.hpp"

#include <boost/json/parse.hpp>

namespace mizo::admin {

LoadedEntries load_setting_entries(store::Database& db, const certs::SealingKey& key)
{
    LoadedEntries loaded;
    for (const auto& [name, stored] : store::load_settings(db)) {
        boost::system::error_code error;
        const boost::json::value value = boost::json::parse(stored.value, error);
        if (!error && value.is_string())
            loaded.entries.push_back({name, std::string{value.get_string()}, "database"});
    }
    for (const config::Setting& setting : config::all_settings()) {
        if (!setting.secret) continue;
        const auto sealed = store::load_secret(db, setting.name);
        if (!sealed) continue;
        auto opened = certs::open_sealed(key, *sealed, setting.name);
        if (opened)
            loaded.entries.push_back({std::string{setting.name}, std::string{opened->text()}, "database"});
        else
            loaded.lost.emplace_back(setting.name);
    }
    return loaded;
}

std::vector<SettingWrite> settings_to_write(const config::Settings& settings,
                                            const std::vector<config::Key>& changed,
                                            const certs::SealingKey& key)
{
    std::vector<SettingWrite> writes;
    for (const config::Key each : changed) {
        const config::Setting& setting = config::setting_of(each);
        SettingWrite write;
        write.name = setting.name;
        write.secret = setting.secret;
        if (const auto text = settings.stored_text(each)) {
            if (setting.secret)
                write.sealed = certs::seal(key, *text, setting.name);
            else
                write.json = web::json_quoted(*text);
        }
        writes.push_back(std::move(write));
    }
    return writes;
}

void write_settings(store::Database& db, const std::vector<SettingWrite>& writes, base::WallTime now)
{
    for (const SettingWrite& write : writes) {
        if (write.sealed)
            store::set_secret(db, write.name, *write.sealed, now);
        else if (write.json)
            store::set_setting(db, write.name, *write.json, now);
        else if (write.secret)
            store::clear_secret(db, write.name);
        else
            store::clear_setting(db, write.name);
    }
}

} // namespace mizo::admin
