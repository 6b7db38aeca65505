#include "daemon/store/file_stamp.hpp"

#include "daemon/base/environment.hpp"
#include "daemon/base/time_text.hpp"

#include <algorithm>

namespace mizo::store {

std::string file_stamp(base::WallTime now)
{
    std::string text = base::rfc3339(now);
    text.resize(text.find('.')); // to the second
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text + "Z";
}

std::filesystem::path new_folder_beside(const std::filesystem::path& database, const std::string& prefix,
                                        base::WallTime now)
{
    const std::filesystem::path parent = database.parent_path();
    const std::string name = prefix + "-" + file_stamp(now);
    std::filesystem::path folder = parent / name;
    for (int again = 2; !std::filesystem::create_directory(folder); ++again)
        folder = parent / (name + "-" + std::to_string(again));
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    return folder;
}

void move_database(const std::filesystem::path& database, const std::filesystem::path& folder)
{
    if (std::filesystem::create_directory(folder))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    for (const char* suffix : {"", "-wal", "-shm", ".schema", ".overwritten", ".damaged"}) {
        const std::filesystem::path file = base::with_suffix(database, suffix);
        if (std::filesystem::exists(file)) std::filesystem::rename(file, folder / file.filename());
    }
}

} // namespace mizo::store
