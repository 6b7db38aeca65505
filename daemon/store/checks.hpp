#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/store/database.hpp"

#include <string>
#include <vector>

namespace mizo::store {

// What a check of the setup guide found last.
struct CheckRow {
    std::string id;
    std::string verdict;
    base::WallTime since{}; // of this verdict
    base::WallTime checked{};
    std::string content; // JSON text: what was found, and what to do
};

std::vector<CheckRow> load_checks(Database& db);
// In the place of all that were there.
void save_checks(Database& db, const std::vector<CheckRow>& rows);

} // namespace mizo::store
