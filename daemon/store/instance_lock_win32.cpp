#include "daemon/base/private_access_win32.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/store/instance_lock.hpp"

#include <array>
#include <fcntl.h>
#include <io.h>
#include <string>
#include <utility>

namespace mizo::store {

namespace {

// The lock lies behind the text, which must stay readable for the one who does not get it.
constexpr DWORD lock_at = 1024;

std::string read_owner(HANDLE file)
{
    std::array<char, 32> text{};
    DWORD size = 0;
    ::ReadFile(file, text.data(), static_cast<DWORD>(text.size()), &size, nullptr);
    std::string owner{text.data(), size};
    if (const auto end = owner.find_first_not_of("0123456789"); end != std::string::npos) owner.resize(end);
    return owner.empty() ? "unknown" : owner;
}

bool lock(HANDLE file)
{
    OVERLAPPED place{};
    place.Offset = lock_at;
    return ::LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place) != FALSE;
}

// For the message of another one only: the lock itself is the system's.
bool write_owner(HANDLE file)
{
    const std::string owner = std::to_string(::GetCurrentProcessId()) + "\n";
    DWORD written = 0;
    return ::SetEndOfFile(file) &&
           ::WriteFile(file, owner.data(), static_cast<DWORD>(owner.size()), &written, nullptr);
}

} // namespace

base::Result<InstanceLock> InstanceLock::take(const std::filesystem::path& path)
{
    base::OpenHandle file{::CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_ALWAYS,
                                        FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file.open()) {
        return base::Error{base::Errc::unavailable, "instance.lock",
                           "The lock file " + path.string() + " cannot be opened.", base::system_text()};
    }
    if (!lock(file.get())) {
        return base::Error{base::Errc::conflict, "instance.running",
                           "Another Mizo Relay (process " + read_owner(file.get()) + ") works on " +
                               path.parent_path().string() + "."};
    }
    if (!write_owner(file.get())) {
        return base::Error{base::Errc::unavailable, "instance.lock",
                           "The lock file " + path.string() + " cannot be written.", base::system_text()};
    }
    return InstanceLock{::_open_osfhandle(reinterpret_cast<std::intptr_t>(file.release()), _O_RDWR)};
}

InstanceLock::InstanceLock(InstanceLock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)}
{}

InstanceLock& InstanceLock::operator=(InstanceLock&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

InstanceLock::~InstanceLock()
{
    if (descriptor_ >= 0) ::_close(descriptor_);
}

} // namespace mizo::store
