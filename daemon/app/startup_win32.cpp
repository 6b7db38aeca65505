#include "daemon/app/startup.hpp"
#include "daemon/base/private_access_win32.hpp"
#include "daemon/base/wide_win32.hpp"

#include <memory>
#include <objbase.h>
#include <shlobj.h>
#include <stdexcept>

namespace mizo::app {

using base::Errc;
using base::Error;

namespace {

Error unusable(const std::filesystem::path& data_dir, const std::string& why)
{
    return Error{Errc::unavailable, "data_dir.unusable",
                 "The data directory " + data_dir.string() + " " + why + "."};
}

// "%ProgramData%\Mizo Relay", asked of the system: the variable is anybody's to set.
std::filesystem::path program_data()
{
    PWSTR found = nullptr;
    const HRESULT failed = ::SHGetKnownFolderPath(FOLDERID_ProgramData, 0, nullptr, &found);
    const std::unique_ptr<wchar_t, decltype(&::CoTaskMemFree)> freeing{found, &::CoTaskMemFree};
    if (failed != S_OK) throw std::runtime_error{"Windows does not say where %ProgramData% is"};
    return std::filesystem::path{found} / L"Mizo Relay";
}

} // namespace

base::Result<void> prepare_data_dir(const std::filesystem::path& data_dir)
{
    std::error_code failed;
    std::filesystem::create_directories(data_dir.parent_path(), failed);
    if (!base::create_private_folder(data_dir) && ::GetLastError() != ERROR_ALREADY_EXISTS)
        return unusable(data_dir, "cannot be made: " + base::system_text());
    const base::OpenHandle folder = base::open_itself(data_dir, READ_CONTROL | FILE_READ_ATTRIBUTES);
    FILE_BASIC_INFO facts{};
    if (!folder.open() ||
        !::GetFileInformationByHandleEx(folder.get(), FileBasicInfo, &facts, sizeof facts) ||
        (facts.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
        return unusable(data_dir, "is no directory");
    // Who can set up a link in its place can have us write elsewhere.
    if ((facts.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        return unusable(data_dir, "is a link to another place");
    // Anybody may make folders in %ProgramData%: one that was there before us may be somebody else's.
    if (!base::is_private(folder))
        return Error{Errc::denied, "data_dir.mode",
                     "The data directory is open to others, or another account's. Look at what is in it; "
                     "then mend it with: " +
                         base::mending_command(data_dir)};
    return {};
}

std::filesystem::path default_config_file()
{
    return program_data() / L"mizo-relay.conf";
}

std::filesystem::path default_data_dir()
{
    return program_data();
}

} // namespace mizo::app
