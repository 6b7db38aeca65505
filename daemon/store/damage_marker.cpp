#include "daemon/store/damage_marker.hpp"

#include "daemon/base/private_file.hpp"

namespace mizo::store {

namespace {

std::filesystem::path marker_of(std::filesystem::path database)
{
    return database += ".damaged";
}

} // namespace

base::Result<void> mark_damaged(const std::filesystem::path& database)
{
    return base::write_private_file(marker_of(database), "The next start salvages the database.\n");
}

bool is_marked_damaged(const std::filesystem::path& database)
{
    return std::filesystem::exists(marker_of(database));
}

} // namespace mizo::store
