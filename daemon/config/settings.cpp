#include "daemon/config/settings.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace mizo::config {

namespace {

namespace json = boost::json;

std::string_view name_of(Type type)
{
    switch (type) {
    case Type::string: return "string";
    case Type::integer: return "integer";
    case Type::number: return "number";
    case Type::boolean: return "boolean";
    case Type::choice: return "choice";
    case Type::list: return "list";
    }
    return "string";
}

std::string_view name_of(Unit unit)
{
    switch (unit) {
    case Unit::bytes: return "bytes";
    case Unit::seconds: return "s";
    case Unit::days: return "days";
    case Unit::ratio: return "ratio";
    case Unit::none: break;
    }
    return "";
}

Value default_of(const Setting& setting)
{
    auto parsed = parse_text(setting, setting.fallback);
    if (parsed.problem) throw std::logic_error{"the default of " + std::string{setting.name} + " is wrong"};
    return std::move(parsed.value);
}

json::array choices_of(const Setting& setting)
{
    json::array choices;
    for (std::string_view rest = setting.choices; !rest.empty();) {
        const auto blank = rest.find(' ');
        choices.emplace_back(rest.substr(0, blank));
        rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    }
    return choices;
}

json::value bound_of(const Setting& setting, double bound)
{
    if (setting.type == Type::integer) return static_cast<std::int64_t>(bound);
    return bound;
}

bool same_host(const std::optional<Url>& a, const std::optional<Url>& b)
{
    if (!a || !b) return !a && !b;
    return a->scheme == b->scheme && a->host == b->host && a->port == b->port;
}

template <class T>
T get_or_default(const Value& value)
{
    const T* held = std::get_if<T>(&value);
    return held == nullptr ? T{} : *held;
}

} // namespace

std::string_view name_of(Origin origin)
{
    switch (origin) {
    case Origin::fallback: return "default";
    case Origin::database: return "database";
    case Origin::file: return "file";
    case Origin::environment: return "environment";
    case Origin::flag: return "flag";
    }
    return "default";
}

Settings::Settings()
{
    for (const Setting& setting : all_settings()) slot(setting.key).value = default_of(setting);
}

std::string Settings::text(Key key) const
{
    return get_or_default<std::string>(value(key));
}

bool Settings::flag(Key key) const
{
    return get_or_default<bool>(value(key));
}

std::int64_t Settings::integer(Key key) const
{
    return get_or_default<std::int64_t>(value(key));
}

double Settings::number(Key key) const
{
    return get_or_default<double>(value(key));
}

std::chrono::seconds Settings::duration(Key key) const
{
    if (setting_of(key).unit == Unit::days) return std::chrono::days{integer(key)};
    return std::chrono::seconds{integer(key)};
}

std::vector<std::string> Settings::list(Key key) const
{
    return get_or_default<std::vector<std::string>>(value(key));
}

std::vector<std::int64_t> Settings::ids(Key key) const
{
    std::vector<std::int64_t> ids;
    for (const std::string& item : list(key)) {
        std::int64_t id = 0;
        std::from_chars(item.data(), item.data() + item.size(), id);
        ids.push_back(id);
    }
    return ids;
}

ListenAddress Settings::listen_address(Key key) const
{
    return parse_listen_address(text(key)).value();
}

std::optional<Url> Settings::url(Key key) const
{
    return parse_url(text(key));
}

std::string_view Settings::secret(Key key) const
{
    const auto* held = std::get_if<SharedSecret>(&value(key));
    return held == nullptr ? std::string_view{} : (*held)->reveal();
}

bool Settings::is_set(Key key) const
{
    return !std::holds_alternative<std::monostate>(value(key));
}

bool Settings::locked(Key key) const
{
    return setting_of(key).file_only || origin(key) > Origin::database;
}

std::optional<std::string> Settings::stored_text(Key key) const
{
    const Value& stored = slot(key).stored;
    if (std::holds_alternative<std::monostate>(stored)) return {};
    return to_text(setting_of(key), stored);
}

// Puts a value where the admin's values live; in force unless a stronger source has its own.
void Settings::store(const Setting& setting, Value value)
{
    Slot& target = slot(setting.key);
    target.stored = value;
    if (target.origin > Origin::database) return;
    const bool unset = std::holds_alternative<std::monostate>(value);
    target.origin = unset ? Origin::fallback : Origin::database;
    target.value = unset ? default_of(setting) : std::move(value);
}

Settings::Change Settings::with(const json::object& patch) const
{
    Change change{*this, {}, {}};
    for (const auto& [name, json] : patch) {
        const Setting* setting = find_setting(name);
        if (setting == nullptr) {
            change.problems.push_back(make_problem(name, "value_unknown"));
            continue;
        }
        if (locked(setting->key)) {
            const auto by = setting->file_only ? Origin::file : origin(setting->key);
            change.problems.push_back(make_problem(name, "value_locked", {{"origin", name_of(by)}}));
            continue;
        }
        auto parsed = parse_json(*setting, json);
        if (parsed.problem)
            change.problems.push_back(std::move(*parsed.problem));
        else
            change.settings.store(*setting, std::move(parsed.value));
    }

    if (!same_host(url(Key::halo_url), change.settings.url(Key::halo_url))) {
        for (const Key key : {Key::halo_client_secret, Key::halo_tab_secret}) {
            const Setting& secret = setting_of(key);
            if (patch.contains(secret.name)) continue;
            // One that the file pins cannot be cleared here, and must not be aimed at another host.
            if (locked(key))
                change.problems.push_back(make_problem(setting_of(Key::halo_url).name, "value_locked",
                                                       {{"origin", name_of(origin(key))}}));
            else
                change.settings.store(secret, {});
        }
    }

    // What was already against a rule (in the file, say) is not the fault of this change.
    const Problems before = check_rules(*this);
    for (Problem& problem : check_rules(change.settings)) {
        const bool known = std::any_of(before.begin(), before.end(), [&](const Problem& old) {
            return old.key == problem.key && old.code == problem.code;
        });
        if (!known) change.problems.push_back(std::move(problem));
    }
    if (!change.problems.empty()) {
        change.settings = *this;
        return change;
    }
    for (const Setting& setting : all_settings())
        if (stored_text(setting.key) != change.settings.stored_text(setting.key))
            change.changed.push_back(setting.key);
    return change;
}

json::object Settings::to_json() const
{
    json::object out;
    for (const Setting& setting : all_settings()) {
        json::object row{{"value", config::to_json(setting, value(setting.key))},
                         {"origin", name_of(origin(setting.key))},
                         {"locked", locked(setting.key)},
                         {"secret", setting.secret},
                         {"type", name_of(setting.type)},
                         {"group", setting.group()},
                         {"restart", setting.restart}};
        row["default"] = setting.secret ? json::value{} : config::to_json(setting, default_of(setting));
        if (setting.unit != Unit::none) row["unit"] = name_of(setting.unit);
        if (setting.type == Type::choice) row["choices"] = choices_of(setting);
        if (setting.type == Type::integer || setting.type == Type::number) {
            row["min"] = bound_of(setting, setting.min);
            row["max"] = bound_of(setting, setting.max);
        }
        out[setting.name] = std::move(row);
    }
    return out;
}

void Settings::apply(const Entries& entries, Origin origin, Problems& problems)
{
    for (const Entry& entry : entries) {
        const std::string place = entry.place.empty() ? std::string{config::name_of(origin)} : entry.place;
        const auto refuse = [&](Problem problem) {
            problem.place = place;
            problems.push_back(std::move(problem));
        };
        const Setting* setting = find_setting(entry.name);
        if (setting == nullptr) {
            refuse(make_problem(entry.name, "value_unknown"));
            continue;
        }
        // Arguments and environments can be read by others on the machine.
        if (setting->secret && (origin == Origin::environment || origin == Origin::flag)) {
            refuse(make_problem(entry.name, "value_secret_place", {{"origin", config::name_of(origin)}}));
            continue;
        }
        auto parsed = parse_text(*setting, entry.text);
        if (parsed.problem) {
            refuse(std::move(*parsed.problem));
            continue;
        }
        if (origin == Origin::database) {
            store(*setting, std::move(parsed.value));
            continue;
        }
        // Nothing after the equals sign pins the default.
        if (std::holds_alternative<std::monostate>(parsed.value)) parsed.value = default_of(*setting);
        slot(setting->key) = {std::move(parsed.value), origin, slot(setting->key).stored};
    }
}

Settings::Loaded Settings::load(const Sources& sources)
{
    Loaded loaded;
    loaded.settings.apply(sources.database, Origin::database, loaded.problems);
    loaded.settings.apply(sources.file, Origin::file, loaded.problems);
    loaded.settings.apply(sources.environment, Origin::environment, loaded.problems);
    loaded.settings.apply(sources.flags, Origin::flag, loaded.problems);
    for (Problem& problem : check_rules(loaded.settings)) loaded.problems.push_back(std::move(problem));
    return loaded;
}

} // namespace mizo::config
