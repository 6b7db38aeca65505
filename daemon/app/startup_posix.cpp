#include "daemon/app/startup.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace mizo::app {

using base::Errc;
using base::Error;

base::Result<void> prepare_data_dir(const std::filesystem::path& data_dir)
{
    // Whatever is made in it is the owner's alone, even where the directory is open for reading.
    ::umask(0077);
    std::error_code failed;
    std::filesystem::create_directories(data_dir.parent_path(), failed);
    if (::mkdir(data_dir.c_str(), 0700) != 0 && errno != EEXIST)
        return Error{Errc::unavailable, "data_dir.unusable",
                     "The data directory " + data_dir.string() +
                         " cannot be made: " + std::generic_category().message(errno) + "."};
    struct stat facts {};
    if (::stat(data_dir.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))
        return Error{Errc::unavailable, "data_dir.unusable",
                     "The data directory " + data_dir.string() + " is no directory."};
    const bool ours = facts.st_uid == ::geteuid();
    if (!ours || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return Error{Errc::denied, "data_dir.mode",
                     "Others can write in the data directory. Mend it with: chmod 700 " + data_dir.string() +
                         " && chown " + std::to_string(::geteuid()) + " " + data_dir.string()};
    return {};
}

std::filesystem::path default_config_file()
{
    return "/etc/mizo-relay/mizo-relay.conf";
}

std::filesystem::path default_data_dir()
{
    return "/var/lib/mizo-relay";
}

} // namespace mizo::app
