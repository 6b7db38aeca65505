#include "daemon/base/environment.hpp"
#include "daemon/base/private_access_win32.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/base/wide_win32.hpp"

namespace mizo::base {

namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

Error unreadable(const std::filesystem::path& path, DWORD failure)
{
    if (failure == ERROR_FILE_NOT_FOUND || failure == ERROR_PATH_NOT_FOUND)
        return Error{Errc::not_found, "file.missing", "There is no file " + path.string() + "."};
    return Error{Errc::unavailable, "file.unreadable",
                 path.string() + " cannot be read: " + system_text(failure) + "."};
}

Error unwritable(const std::filesystem::path& path)
{
    return Error{Errc::unavailable, "file.unwritable",
                 path.string() + " cannot be written: " + system_text() + "."};
}

Result<std::string> read_all(const OpenHandle& file, const std::filesystem::path& path)
{
    std::string content(file_bytes_max + 1, '\0');
    DWORD size = 0;
    if (!::ReadFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &size, nullptr))
        return unreadable(path, ::GetLastError());
    if (size > file_bytes_max)
        return Error{Errc::too_large, "file.too_large", path.string() + " is larger than 64 KiB."};
    content.resize(size);
    return content;
}

bool write_all(const OpenHandle& file, std::string_view content)
{
    DWORD written = 0;
    return ::WriteFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &written, nullptr) &&
           written == content.size() && ::FlushFileBuffers(file.get());
}

// Whether it is a folder, a link or another stand-in for a file.
bool is_no_file(const OpenHandle& file)
{
    FILE_BASIC_INFO facts{};
    return !::GetFileInformationByHandleEx(file.get(), FileBasicInfo, &facts, sizeof facts) ||
           (facts.FileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) != 0;
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& path)
{
    const OpenHandle file{::CreateFileW(path.c_str(), GENERIC_READ,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file.open()) return unreadable(path, ::GetLastError());
    return read_all(file, path);
}

Result<std::string> read_private_file(const std::filesystem::path& path)
{
    const OpenHandle file = open_itself(path, GENERIC_READ | READ_CONTROL);
    if (!file.open()) return unreadable(path, ::GetLastError());
    if (is_no_file(file)) return unreadable(path, ERROR_CANT_ACCESS_FILE);
    if (!is_private(file))
        return Error{Errc::denied, "file.mode",
                     "Others can read or replace " + path.string() +
                         ", which holds a secret. Mend it with: " + mending_command(path)};
    return read_all(file, path);
}

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content)
{
    const std::filesystem::path temporary = with_suffix(path, ".new");
    ::DeleteFileW(temporary.c_str()); // left by a crash
    {
        const OpenHandle file = create_private(temporary, CREATE_NEW);
        if (!file.open() || !write_all(file, content)) return unwritable(path);
    }
    if (!::MoveFileExW(temporary.c_str(), path.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        return unwritable(path);
    return {};
}

} // namespace mizo::base
