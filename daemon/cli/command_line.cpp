#include "daemon/cli/command_line.hpp"

#include "daemon/app/version.hpp"
#include "daemon/cli/run_command.hpp"

#include <iostream>

namespace mizo::cli {

int main(const std::vector<std::string>& arguments)
{
    const std::string command = arguments.size() > 1 ? arguments[1] : "";
    const std::vector<std::string> rest{
        arguments.begin() + std::min<std::ptrdiff_t>(2, std::ssize(arguments)), arguments.end()};
    if (command == "run") return run_command(rest);
    if (command == "version" || command == "--version") {
        std::cout << "mizo-relay " << app::version << "\n";
        return 0;
    }
    std::cerr << "mizo-relay: unknown command \"" << command << "\"\n";
    return 2;
}

} // namespace mizo::cli
