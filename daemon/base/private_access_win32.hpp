#pragma once

#include "daemon/base/windows_win32.hpp"

#include <filesystem>
#include <string>
#include <utility>

// Who may open what holds our secrets: SYSTEM, the administrators, the service's account, and the account
// that we run as.
namespace mizo::base {

// An open file or folder.
class OpenHandle {
public:
    OpenHandle() = default;
    explicit OpenHandle(HANDLE handle) : handle_{handle} {}
    OpenHandle(OpenHandle&& other) noexcept : handle_{other.release()} {}
    OpenHandle& operator=(OpenHandle&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~OpenHandle()
    {
        if (open()) ::CloseHandle(handle_);
    }
    bool open() const { return handle_ != INVALID_HANDLE_VALUE; }
    HANDLE get() const { return handle_; }
    HANDLE release() { return std::exchange(handle_, INVALID_HANDLE_VALUE); }

private:
    HANDLE handle_ = INVALID_HANDLE_VALUE;
};

// Makes a file that only those may open, whatever its folder allows. `disposition` is CREATE_NEW, or
// CREATE_ALWAYS, which keeps the rights of a file that is there. Not open where it failed: GetLastError has
// the reason.
OpenHandle create_private(const std::filesystem::path& path, DWORD disposition);

// Makes a folder likewise, for itself and what will lie in it. False: GetLastError has the reason.
bool create_private_folder(const std::filesystem::path& path);

// Opens what is there to be looked at: a link is opened itself, not followed.
OpenHandle open_itself(const std::filesystem::path& path, DWORD access);

// Whether nobody else owns it or has any right to it.
bool is_private(const OpenHandle& file);

// The command that takes everybody else's rights away.
std::string mending_command(const std::filesystem::path& path);

} // namespace mizo::base
