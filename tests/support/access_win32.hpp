#pragma once

#include <aclapi.h>
#include <filesystem>
#include <sddl.h>

// Rights as somebody else would have set them.
namespace mizo::tests {

// Gives the thing an access list of this text (SDDL); false where Windows does not.
inline bool set_access(const std::filesystem::path& path, const wchar_t* sddl)
{
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, nullptr))
        return false;
    const bool done = ::SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, descriptor) != FALSE;
    ::LocalFree(descriptor);
    return done;
}

// The administrators have every right, and everybody may read.
constexpr const wchar_t* everybody_reads = L"D:P(A;OICI;FA;;;BA)(A;OICI;FR;;;WD)";

} // namespace mizo::tests
