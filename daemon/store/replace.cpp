#include "daemon/store/replace.hpp"

#include "daemon/base/private_file.hpp"
#include "daemon/store/file_stamp.hpp"

#include <stdexcept>

namespace mizo::store {

namespace {

// Holds the name of the folder. While it is there, the fresh database is whole.
std::filesystem::path marker_of(std::filesystem::path database)
{
    return database += ".replacing";
}

// All that was done in the folder before is on the disk as well when it returns.
void write_marker(const std::filesystem::path& database, const std::string& folder)
{
    const auto written = base::write_private_file(marker_of(database), folder);
    if (!written) throw std::runtime_error{written.error().text()};
}

} // namespace

std::filesystem::path fresh_database(std::filesystem::path database)
{
    return database += ".fresh";
}

void discard_fresh(const std::filesystem::path& database)
{
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::path left = fresh_database(database);
        std::filesystem::remove(left += suffix);
    }
}

std::filesystem::path replace_database(const std::filesystem::path& database, const std::string& prefix,
                                       base::WallTime now)
{
    write_marker(database, new_folder_beside(database, prefix, now).filename().string());
    return finish_replacing(database).value();
}

std::optional<std::filesystem::path> finish_replacing(const std::filesystem::path& database)
{
    const std::filesystem::path marker = marker_of(database);
    if (!std::filesystem::exists(marker)) {
        discard_fresh(database);
        return {};
    }
    const auto name = base::read_file(marker);
    if (!name) throw std::runtime_error{name.error().text()};
    const std::filesystem::path folder = database.parent_path() / *name;
    if (std::filesystem::exists(fresh_database(database))) {
        move_database(database, folder);
        // The old log is gone from here for good before the fresh database gets the name: beside it, SQLite
        // would take the log for its own.
        write_marker(database, *name);
        std::filesystem::rename(fresh_database(database), database);
    }
    std::filesystem::remove(marker);
    return folder;
}

} // namespace mizo::store
