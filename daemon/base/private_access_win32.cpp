#include "daemon/base/private_access_win32.hpp"

#include "daemon/base/wide_win32.hpp"

#include <aclapi.h>
#include <algorithm>
#include <array>
#include <memory>
#include <sddl.h>
#include <stdexcept>
#include <vector>

namespace mizo::base {

namespace {

struct FreeLocal {
    void operator()(void* memory) const { ::LocalFree(memory); }
};

// NT SERVICE\MizoRelay: made of the SHA-1 of the service's name, so that it is the same on every machine, and
// known before the service is there ("sc showsid MizoRelay" shows it).
constexpr const wchar_t* service_sid = L"S-1-5-80-1807865948-3720556798-2595105958-550781697-1870074050";
constexpr const wchar_t* system_sid = L"S-1-5-18";
constexpr const wchar_t* administrators_sid = L"S-1-5-32-544";

// The account that this process runs as, as text.
std::wstring own_sid()
{
    HANDLE token = nullptr;
    if (!::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token))
        throw std::runtime_error{"the own account is not known: " + system_text()};
    const OpenHandle closing{token};
    alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> user{};
    DWORD size = 0;
    LPWSTR text = nullptr;
    if (!::GetTokenInformation(token, TokenUser, user.data(), static_cast<DWORD>(user.size()), &size) ||
        !::ConvertSidToStringSidW(reinterpret_cast<TOKEN_USER*>(user.data())->User.Sid, &text))
        throw std::runtime_error{"the own account is not known: " + system_text()};
    const std::unique_ptr<wchar_t, FreeLocal> freeing{text};
    return text;
}

const std::vector<std::wstring>& trusted_sids()
{
    static const std::vector<std::wstring> sids{system_sid, administrators_sid, service_sid, own_sid()};
    return sids;
}

bool is_trusted(PSID sid)
{
    LPWSTR text = nullptr;
    if (!::ConvertSidToStringSidW(sid, &text)) return false;
    const std::unique_ptr<wchar_t, FreeLocal> freeing{text};
    const auto& trusted = trusted_sids();
    return std::find(trusted.begin(), trusted.end(), text) != trusted.end();
}

// Full rights for each, and P: nothing comes from the folder above.
class Descriptor {
public:
    explicit Descriptor(const wchar_t* inheritance)
    {
        std::wstring sddl = L"D:P";
        for (const auto& sid : trusted_sids())
            sddl += std::wstring{L"(A;"} + inheritance + L";FA;;;" + sid + L")";
        PSECURITY_DESCRIPTOR made = nullptr;
        if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &made,
                                                                    nullptr))
            throw std::runtime_error{"no access rights can be made: " + system_text()};
        descriptor_.reset(made);
        attributes_ = {sizeof attributes_, made, FALSE};
    }
    SECURITY_ATTRIBUTES* attributes() { return &attributes_; }

private:
    std::unique_ptr<void, FreeLocal> descriptor_;
    SECURITY_ATTRIBUTES attributes_{};
};

// What only folders hand on to what lies in them gives no right to the folder itself.
bool gives_right(const ACE_HEADER& entry)
{
    const bool denies = entry.AceType == ACCESS_DENIED_ACE_TYPE;
    return !denies && (entry.AceFlags & INHERIT_ONLY_ACE) == 0;
}

bool only_trusted(PACL acl)
{
    if (acl == nullptr) return false; // everybody has every right
    for (DWORD at = 0; at < acl->AceCount; ++at) {
        void* found = nullptr;
        if (!::GetAce(acl, at, &found)) return false;
        const auto* entry = static_cast<const ACCESS_ALLOWED_ACE*>(found);
        if (!gives_right(entry->Header) || entry->Mask == 0) continue;
        if (entry->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
        if (!is_trusted(const_cast<DWORD*>(&entry->SidStart))) return false;
    }
    return true;
}

} // namespace

OpenHandle create_private(const std::filesystem::path& path, DWORD disposition)
{
    Descriptor access{L""};
    return OpenHandle{::CreateFileW(path.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                    access.attributes(), disposition, FILE_ATTRIBUTE_NORMAL, nullptr)};
}

bool create_private_folder(const std::filesystem::path& path)
{
    Descriptor access{L"OICI"};
    return ::CreateDirectoryW(path.c_str(), access.attributes()) != FALSE;
}

OpenHandle open_itself(const std::filesystem::path& path, DWORD access)
{
    return OpenHandle{
        ::CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                      OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr)};
}

bool is_private(const OpenHandle& file)
{
    PSID owner = nullptr;
    PACL acl = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD failed =
        ::GetSecurityInfo(file.get(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                          &owner, nullptr, &acl, nullptr, &descriptor);
    if (failed != ERROR_SUCCESS) return false;
    const std::unique_ptr<void, FreeLocal> freeing{descriptor};
    return owner != nullptr && is_trusted(owner) && only_trusted(acl);
}

std::string mending_command(const std::filesystem::path& path)
{
    const bool folder = std::filesystem::is_directory(path);
    const std::string rights = folder ? ":(OI)(CI)F" : ":F";
    const std::string name = "\"" + path.string() + "\"";
    std::string command = "takeown /a /f " + name + " && icacls " + name + " /inheritance:r /grant:r";
    for (const auto& sid : trusted_sids()) command += " *" + utf8(sid) + rights;
    return command;
}

} // namespace mizo::base
