#include "daemon/store/instance_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace mizo::store {

namespace {

std::string read_owner(int file)
{
    std::array<char, 32> text{};
    const ssize_t size = ::pread(file, text.data(), text.size(), 0);
    std::string owner{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    if (const auto end = owner.find_first_not_of("0123456789"); end != std::string::npos) owner.resize(end);
    return owner.empty() ? "unknown" : owner;
}

} // namespace

base::Result<InstanceLock> InstanceLock::take(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return base::Error{base::Errc::unavailable, "instance.lock",
                           "The lock file " + path.string() + " cannot be opened.", std::strerror(errno)};
    }
    InstanceLock lock{file};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        return base::Error{base::Errc::conflict, "instance.running",
                           "Another Mizo Relay (process " + read_owner(file) + ") works on " +
                               path.parent_path().string() + "."};
    }
    // For the message above only: the lock itself is the system's.
    const std::string owner = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, owner.data(), owner.size(), 0) < 0) {
        return base::Error{base::Errc::unavailable, "instance.lock",
                           "The lock file " + path.string() + " cannot be written.", std::strerror(errno)};
    }
    return lock;
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
    if (descriptor_ >= 0) ::close(descriptor_);
}

} // namespace mizo::store
