#include "daemon/store/migrate.hpp"

#include <charconv>
#include <stdexcept>

namespace mizo::store {

namespace {

// "0002_administration.sql" is 2.
int version_of(const embedded::File& file)
{
    int version = 0;
    const char* end = file.path.data() + file.path.size();
    const auto [stop, error] = std::from_chars(file.path.data(), end, version);
    if (error != std::errc{} || stop == end || *stop != '_' || version <= 0)
        throw std::logic_error{"a migration's name does not begin with its number: " +
                               std::string{file.path}};
    return version;
}

} // namespace

int newest_version(std::span<const embedded::File> files)
{
    return files.empty() ? 0 : version_of(files.back());
}

void migrate(Database& db, std::span<const embedded::File> files)
{
    const int found = db.version();
    for (const embedded::File& file : files) {
        const int version = version_of(file);
        if (version <= found) continue;
        Transaction transaction{db};
        db.run(std::string{file.bytes});
        db.run("PRAGMA user_version = " + std::to_string(version));
        transaction.commit();
    }
}

} // namespace mizo::store
