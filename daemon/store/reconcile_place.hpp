#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <optional>

// How far the search for what was missed has come, by HaloPSA's clock, so that it goes on after a restart.
namespace mizo::store {

enum class Place { log, api };

// Everything up to then was looked at.
std::optional<base::WallTime> load_place(Database& db, Place place);
// Never back.
void advance_place(Database& db, Place place, base::WallTime upto);
// Forgets the places that lie beyond: nothing would be looked at until then.
void forget_places_beyond(Database& db, base::WallTime latest);

// A search that was asked for and is not done yet.
std::optional<base::WallTime> load_asked_from(Database& db);
void set_asked_from(Database& db, std::optional<base::WallTime> from);

// The first start of this installation, as far as is known.
std::optional<base::WallTime> first_start(Database& db);
// The receipt of the newest webhook.
std::optional<base::WallTime> newest_webhook(Database& db);

} // namespace mizo::store
