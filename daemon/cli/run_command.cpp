#include "daemon/cli/run_command.hpp"

#include "daemon/app/run.hpp"
#include "daemon/config/sources.hpp"

#include <boost/program_options.hpp>

#include <cstdlib>
#include <iostream>

namespace mizo::cli {

namespace options = boost::program_options;

namespace {

std::string from_environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace

int run_command(const std::vector<std::string>& arguments)
{
    options::options_description known{
        "mizo-relay run [options]\n\nRuns the daemon: in a terminal, or as a service."};
    known.add_options()("help,h", "show this")("config", options::value<std::string>(), "configuration file")(
        "data-dir", options::value<std::string>(), "directory of the database and the keys");
    known.add(config::flag_options());
    options::variables_map given;
    try {
        options::store(options::command_line_parser(arguments).options(known).positional({}).run(), given);
        options::notify(given);
    } catch (const options::error& error) {
        std::cerr << "mizo-relay run: " << error.what() << "\nTry: mizo-relay run --help\n";
        return 2;
    }
    if (given.count("help") > 0) {
        std::cout << known;
        return 0;
    }
    app::RunOptions run;
    run.config_file =
        given.count("config") > 0 ? given["config"].as<std::string>() : from_environment("MIZO_RELAY_CONFIG");
    run.data_dir = given.count("data-dir") > 0 ? given["data-dir"].as<std::string>()
                                               : from_environment("MIZO_RELAY_DATA_DIR");
    if (run.data_dir.empty()) run.data_dir = app::default_data_dir();
    run.flags = config::flag_entries(given);
    return app::run(run);
}

} // namespace mizo::cli
