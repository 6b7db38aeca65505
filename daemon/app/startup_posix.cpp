#include "daemon/app/startup.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/config/sources.hpp"

#include <sys/stat.h>
#include <unistd.h>

extern char** environ;

namespace mizo::app {

namespace {

using base::Errc;
using base::Error;

// Variables that begin like settings and are the command line's own.
const std::vector<std::string> other_variables{"MIZO_RELAY_CONFIG", "MIZO_RELAY_DATA_DIR"};

void append(config::Problems& to, config::Problems more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> variables()
{
    std::vector<std::string> all;
    for (char** variable = environ; *variable; ++variable) all.emplace_back(*variable);
    return all;
}

} // namespace

Configuration read_configuration(const RunOptions& options)
{
    Configuration configuration;
    const bool chosen = !options.config_file.empty();
    const std::filesystem::path path = chosen ? options.config_file : default_config_file();
    const auto text = base::read_file(path);
    if (text) {
        config::ReadFile file = config::read_file(*text, path.string());
        configuration.sources.file = std::move(file.entries);
        append(configuration.problems, std::move(file.problems));
    } else if (chosen || text.error().kind() != Errc::not_found) {
        // The usual file may be missing; one that was asked for may not.
        config::Problem problem;
        problem.code = text.error().code();
        problem.text = text.error().text();
        configuration.problems.push_back(std::move(problem));
    }
    config::ReadFile environment = config::read_environment(variables(), other_variables);
    configuration.sources.environment = std::move(environment.entries);
    append(configuration.problems, std::move(environment.problems));
    configuration.sources.flags = options.flags;
    return configuration;
}

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
