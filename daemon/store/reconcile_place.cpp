#include "daemon/store/reconcile_place.hpp"

#include "daemon/store/settings.hpp"

#include <charconv>
#include <string>
#include <string_view>

namespace mizo::store {

namespace {

constexpr std::string_view asked_from_key = "reconcile.asked_from";

std::string_view key_of(Place place)
{
    return place == Place::log ? "reconcile.log_upto" : "reconcile.api_upto";
}

std::optional<base::WallTime> load_time(Database& db, std::string_view key)
{
    const auto text = load_meta(db, key);
    std::int64_t ms = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), ms).ec != std::errc{}) return {};
    return base::from_ms(ms);
}

std::optional<base::WallTime> find_time(Database& db, std::string_view sql)
{
    Statement find = db.prepare(sql);
    if (!find.bind().step()) return std::nullopt;
    return find.optional_time(0);
}

} // namespace

std::optional<base::WallTime> load_place(Database& db, Place place)
{
    return load_time(db, key_of(place));
}

void advance_place(Database& db, Place place, base::WallTime upto)
{
    const auto before = load_place(db, place);
    if (!before || *before < upto) set_meta(db, key_of(place), std::to_string(base::to_ms(upto)));
}

void forget_places_beyond(Database& db, base::WallTime latest)
{
    for (const Place place : {Place::log, Place::api})
        if (load_place(db, place) > latest) clear_meta(db, key_of(place));
}

std::optional<base::WallTime> load_asked_from(Database& db)
{
    return load_time(db, asked_from_key);
}

void set_asked_from(Database& db, std::optional<base::WallTime> from)
{
    if (from)
        set_meta(db, asked_from_key, std::to_string(base::to_ms(*from)));
    else
        clear_meta(db, asked_from_key);
}

std::optional<base::WallTime> first_start(Database& db)
{
    return find_time(db, "SELECT at_ms FROM boots ORDER BY fence LIMIT 1");
}

std::optional<base::WallTime> newest_webhook(Database& db)
{
    return find_time(db, R"sql(
        SELECT received_ms FROM deliveries WHERE origin = 'webhook' AND outcome <> 'rejected'
        ORDER BY id DESC LIMIT 1
    )sql");
}

} // namespace mizo::store
