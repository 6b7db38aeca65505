#include "certs/random.hpp"
#include "daemon/base/private_file.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/base/windows_win32.hpp"
#include "daemon/custody/sealing_key_file.hpp"

#include <dpapi.h>
#include <memory>
#include <optional>
#include <stdexcept>

namespace mizo::custody {

namespace {

using base::Errc;
using base::Error;

// Part of what DPAPI derives its key from: the account alone does not open a blob taken from elsewhere.
constexpr std::size_t entropy_bytes = 32;

DATA_BLOB blob_of(std::string_view bytes)
{
    return {static_cast<DWORD>(bytes.size()),
            reinterpret_cast<BYTE*>(const_cast<char*>(bytes.data()))}; // it is only read
}

// What Windows gave us, wiped when it goes.
class GivenBlob {
public:
    GivenBlob() = default;
    GivenBlob(const GivenBlob&) = delete;
    GivenBlob& operator=(const GivenBlob&) = delete;
    ~GivenBlob()
    {
        if (!blob_.pbData) return;
        ::SecureZeroMemory(blob_.pbData, blob_.cbData);
        ::LocalFree(blob_.pbData);
    }
    DATA_BLOB* out() { return &blob_; }
    std::string_view bytes() const { return {reinterpret_cast<const char*>(blob_.pbData), blob_.cbData}; }

private:
    DATA_BLOB blob_{};
};

// For this account alone: with CRYPTPROTECT_LOCAL_MACHINE every account of the machine could open it.
constexpr DWORD flags = CRYPTPROTECT_UI_FORBIDDEN;

std::string protect(const certs::SealingKey& key)
{
    const certs::Bytes random = certs::random_bytes(entropy_bytes);
    const std::string entropy{random.begin(), random.end()};
    DATA_BLOB plain = blob_of(key.bytes().text());
    DATA_BLOB more = blob_of(entropy);
    GivenBlob protected_key;
    if (!::CryptProtectData(&plain, L"Mizo Relay", &more, nullptr, nullptr, flags, protected_key.out()))
        throw std::runtime_error{"Windows cannot protect the sealing key: " + base::system_text()};
    return entropy + std::string{protected_key.bytes()};
}

base::Result<certs::SealingKey> unprotect(std::string_view file, const std::filesystem::path& path)
{
    const Error unreadable{
        Errc::invalid, "seal.malformed",
        "The sealing key in " + path.string() +
            " cannot be opened: it is damaged, or was made by another account. Restore it from your "
            "backup, and run the service as the account that made it; without it the secrets in the "
            "database cannot be read."};
    if (file.size() <= entropy_bytes) return unreadable;
    DATA_BLOB more = blob_of(file.substr(0, entropy_bytes));
    DATA_BLOB blob = blob_of(file.substr(entropy_bytes));
    GivenBlob plain;
    if (!::CryptUnprotectData(&blob, nullptr, &more, nullptr, nullptr, flags, plain.out())) return unreadable;
    auto key = certs::SealingKey::from_bytes(plain.bytes());
    if (!key) return unreadable;
    return std::move(*key);
}

} // namespace

base::Result<certs::SealingKey> load_sealing_key(const std::filesystem::path& data_dir)
{
    std::error_code failed;
    const std::filesystem::path path = data_dir / "seal.key";
    if (std::filesystem::exists(path, failed)) {
        const auto bytes = base::read_private_file(path);
        if (!bytes) return bytes.error();
        return unprotect(*bytes, path);
    }
    certs::SealingKey key = certs::SealingKey::generate();
    const auto written = base::write_private_file(path, protect(key));
    if (!written) return written.error();
    return key;
}

} // namespace mizo::custody
