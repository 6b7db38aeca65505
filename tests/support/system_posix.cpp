#include "tests/support/system.hpp"

#include <ctime>
#include <stdexcept>
#include <stdlib.h>
#include <unistd.h>

namespace mizo::tests {

std::filesystem::path make_temporary_folder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "mizo-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    return pattern;
}

bool is_owners_alone(const std::filesystem::path& file)
{
    using std::filesystem::perms;
    return std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write);
}

void set_variable(const std::string& name, const std::string& value)
{
    ::setenv(name.c_str(), value.c_str(), 1);
}

void unset_variable(const std::string& name)
{
    ::unsetenv(name.c_str());
}

void set_time_zone_utc()
{
    set_variable("TZ", "UTC");
    ::tzset();
}

std::string process_id()
{
    return std::to_string(::getpid());
}

} // namespace mizo::tests
