#pragma once

#include "daemon/base/secret.hpp"
#include "daemon/config/address.hpp"
#include "daemon/config/problem.hpp"
#include "daemon/config/setting.hpp"
#include "daemon/config/url.hpp"
#include "daemon/config/value.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::config {

// Where a value comes from; a later one wins.
enum class Origin : std::uint8_t { fallback, database, file, environment, flag };

// "default", "database", "file", "environment", "flag".
std::string_view name_of(Origin origin);

// What one source says of one setting, not yet understood. `place` is for messages: "line 12".
struct Entry {
    std::string name;
    std::string text;
    std::string place = {};
};
using Entries = std::vector<Entry>;

// All sources; their values are the text that `to_text` writes, or that an admin does.
struct Sources {
    Entries database;
    Entries file;
    Entries environment;
    Entries flags;
};

// All settings of one moment: a value that is copied freely and never half changed. Each knows where its
// value comes from; secrets are shared, never copied, and only `secret` shows one.
class Settings {
public:
    // All defaults.
    Settings();

    // Of a text, a choice or an address: as it was written; empty where it is unset.
    std::string text(Key key) const;
    bool is(Key key, std::string_view choice) const { return text(key) == choice; }
    bool flag(Key key) const;
    std::int64_t integer(Key key) const;
    double number(Key key) const;
    std::chrono::seconds duration(Key key) const; // of a setting in seconds or days
    std::vector<std::string> list(Key key) const;
    std::vector<std::int64_t> ids(Key key) const;
    ListenAddress listen_address(Key key) const;
    std::optional<Url> url(Key key) const; // empty where it is unset
    // The secret's text; empty where it is unset. For the call that needs it, not for keeping.
    std::string_view secret(Key key) const;

    bool is_set(Key key) const;
    Origin origin(Key key) const { return slot(key).origin; }
    // Pinned by file, environment or flag, or a setting of the file alone.
    bool locked(Key key) const;
    const Value& value(Key key) const { return slot(key).value; }

    // The text to be kept in the database for this setting; empty where the database holds none.
    std::optional<std::string> stored_text(Key key) const;

    // The settings after a change over the admin API: name to new value, null for back to the default. All or
    // nothing: with any problem `settings` is as before. A new host in halo.url clears the secrets of halo.*.
    struct Change;
    Change with(const boost::json::object& patch) const;

    // As GET /settings answers: by name, with secrets masked.
    boost::json::object to_json() const;

    // Settings from all sources, and every problem found. A value that is wrong is left out, so the next
    // lower source holds; whether one may start with problems is for the caller to say.
    struct Loaded;
    static Loaded load(const Sources& sources);

private:
    struct Slot {
        Value value;
        Origin origin = Origin::fallback;
        Value stored; // what the database holds, whether it is in force or not; unset: nothing
    };

    Slot& slot(Key key) { return slots_[static_cast<std::size_t>(key)]; }
    const Slot& slot(Key key) const { return slots_[static_cast<std::size_t>(key)]; }
    void apply(const Entries& entries, Origin origin, Problems& problems);
    void store(const Setting& setting, Value value);

    std::array<Slot, static_cast<std::size_t>(Key::log_level) + 1> slots_;
};

struct Settings::Change {
    Settings settings;
    Problems problems;
    std::vector<Key> changed; // those whose stored text is another now, secrets that were cleared included
};

struct Settings::Loaded {
    Settings settings;
    Problems problems; // those of the database included; `origin` of each is in its place
};

// The rules between settings; empty where all hold.
Problems check_rules(const Settings& settings);

} // namespace mizo::config
