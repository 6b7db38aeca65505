#include "daemon/store/private_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace mizo::store {

bool create_private_file(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    ::close(file);
    return true;
}

bool allocate_file(const std::filesystem::path& path, std::uintmax_t bytes)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    const bool allocated = ::posix_fallocate(file, 0, static_cast<off_t>(bytes)) == 0;
    ::close(file);
    if (!allocated) ::unlink(path.c_str());
    return allocated;
}

} // namespace mizo::store
