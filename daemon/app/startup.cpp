#include "daemon/app/startup.hpp"

#include "daemon/base/environment.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/config/sources.hpp"

namespace mizo::app {

namespace {

// Variables that begin like settings and are the command line's own.
const std::vector<std::string> other_variables{"MIZO_RELAY_CONFIG", "MIZO_RELAY_DATA_DIR"};

void append(config::Problems& to, config::Problems more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
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
    } else if (chosen || text.error().kind() != base::Errc::not_found) {
        // The usual file may be missing; one that was asked for may not.
        config::Problem problem;
        problem.code = text.error().code();
        problem.text = text.error().text();
        configuration.problems.push_back(std::move(problem));
    }
    config::ReadFile environment = config::read_environment(base::environment_variables(), other_variables);
    configuration.sources.environment = std::move(environment.entries);
    append(configuration.problems, std::move(environment.problems));
    configuration.sources.flags = options.flags;
    return configuration;
}

} // namespace mizo::app
