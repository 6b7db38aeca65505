#include "daemon/base/private_access_win32.hpp"
#include "daemon/store/private_file.hpp"

#include <cerrno>
#include <system_error>

namespace mizo::store {

namespace {

// Those who call look for the reason where the C library leaves it.
void keep_reason()
{
    const auto failure = static_cast<int>(::GetLastError());
    errno = std::system_category().default_error_condition(failure).value();
}

} // namespace

bool create_private_file(const std::filesystem::path& path)
{
    const bool made = base::create_private(path, CREATE_NEW).open();
    if (!made) keep_reason();
    return made;
}

// NTFS gives a file its clusters when its end is set.
bool allocate_file(const std::filesystem::path& path, std::uintmax_t bytes)
{
    LARGE_INTEGER end{};
    end.QuadPart = static_cast<LONGLONG>(bytes);
    bool allocated = false;
    {
        const base::OpenHandle file = base::create_private(path, CREATE_ALWAYS);
        if (!file.open()) return false;
        allocated = ::SetFilePointerEx(file.get(), end, nullptr, FILE_BEGIN) && ::SetEndOfFile(file.get());
    }
    if (!allocated) ::DeleteFileW(path.c_str());
    return allocated;
}

} // namespace mizo::store
