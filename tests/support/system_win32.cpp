#include "daemon/base/private_access_win32.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/base/wide_win32.hpp"
#include "tests/support/system.hpp"

#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace mizo::tests {

std::filesystem::path make_temporary_folder()
{
    base::SystemRandom random;
    const auto path = std::filesystem::temp_directory_path() / ("mizo-test-" + base::uuid_v4(random));
    if (!base::create_private_folder(path))
        throw std::runtime_error{"no temporary folder: " + base::system_text()};
    return path;
}

bool is_owners_alone(const std::filesystem::path& file)
{
    const auto opened = base::open_itself(file, READ_CONTROL);
    return opened.open() && base::is_private(opened);
}

void set_variable(const std::string& name, const std::string& value)
{
    ::_wputenv_s(base::wide(name).c_str(), base::wide(value).c_str());
}

void unset_variable(const std::string& name)
{
    set_variable(name, "");
}

void set_time_zone_utc()
{
    set_variable("TZ", "UTC0");
    ::_tzset();
}

std::string process_id()
{
    return std::to_string(::GetCurrentProcessId());
}

} // namespace mizo::tests
