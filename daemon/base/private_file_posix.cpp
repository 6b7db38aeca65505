#include "daemon/base/environment.hpp"
#include "daemon/base/private_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace mizo::base {

namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

// An open file; -1 where opening failed.
class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }
    bool open() const { return number_ >= 0; }

private:
    int number_;
};

std::string system_text()
{
    return std::generic_category().message(errno);
}

Error unreadable(const std::filesystem::path& path)
{
    if (errno == ENOENT)
        return Error{Errc::not_found, "file.missing", "There is no file " + path.string() + "."};
    return Error{Errc::unavailable, "file.unreadable",
                 path.string() + " cannot be read: " + system_text() + "."};
}

Error unwritable(const std::filesystem::path& path)
{
    return Error{Errc::unavailable, "file.unwritable",
                 path.string() + " cannot be written: " + system_text() + "."};
}

Result<std::string> read_all(const Descriptor& file, const std::filesystem::path& path)
{
    std::string content(file_bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto count = ::read(file.number(), content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable(path);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > file_bytes_max)
        return Error{Errc::too_large, "file.too_large", path.string() + " is larger than 64 KiB."};
    content.resize(size);
    return content;
}

bool write_all(const Descriptor& file, std::string_view content)
{
    while (!content.empty()) {
        const auto count = ::write(file.number(), content.data(), content.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file.number()) == 0;
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& path)
{
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.open()) return unreadable(path);
    return read_all(file, path);
}

Result<std::string> read_private_file(const std::filesystem::path& path)
{
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file.open()) return unreadable(path);
    struct stat facts {};
    if (::fstat(file.number(), &facts) != 0) return unreadable(path);
    const bool ours = facts.st_uid == ::geteuid() || facts.st_uid == 0;
    if (!ours || (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::denied, "file.mode",
                     "Others can read or replace " + path.string() +
                         ", which holds a secret. Mend it with: chmod 600 " + path.string() + " && chown " +
                         std::to_string(::geteuid()) + " " + path.string()};
    return read_all(file, path);
}

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content)
{
    const std::filesystem::path temporary = with_suffix(path, ".new");
    ::unlink(temporary.c_str()); // left by a crash
    {
        const Descriptor file{
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!file.open() || !write_all(file, content)) return unwritable(path);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return unwritable(path);
    const Descriptor directory{::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory.open() || ::fsync(directory.number()) != 0) return unwritable(path);
    return {};
}

} // namespace mizo::base
