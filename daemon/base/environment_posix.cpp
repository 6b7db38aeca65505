#include "daemon/base/environment.hpp"

#include <cstdlib>
#include <unistd.h>

namespace mizo::base {

std::vector<std::string> process_arguments(int argc, char** argv)
{
    return {argv, argv + argc};
}

std::string environment_variable(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    return value ? value : "";
}

std::vector<std::string> environment_variables()
{
    std::vector<std::string> all;
    for (char** variable = environ; *variable; ++variable) all.emplace_back(*variable);
    return all;
}

} // namespace mizo::base
