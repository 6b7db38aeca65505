#include "daemon/base/private_file.hpp"
#include "daemon/custody/sealing_key_file.hpp"

#include <cstdlib>

namespace mizo::custody {

namespace {

using base::Errc;
using base::Error;

base::Result<certs::SealingKey> parse(const std::string& bytes, const std::filesystem::path& path)
{
    auto key = certs::SealingKey::from_bytes(bytes);
    if (key) return std::move(*key);
    return Error{Errc::invalid, "seal.malformed",
                 "The sealing key in " + path.string() +
                     " is damaged: it must be 32 bytes. Restore it from your "
                     "backup; without it the secrets in the database cannot be read.",
                 key.error().detail()};
}

} // namespace

base::Result<certs::SealingKey> load_sealing_key(const std::filesystem::path& data_dir)
{
    std::error_code failed;
    // systemd keeps credentials in memory, readable by the service alone (systemd.exec(5)).
    if (const char* directory = std::getenv("CREDENTIALS_DIRECTORY")) {
        const std::filesystem::path credential = std::filesystem::path{directory} / "seal.key";
        if (std::filesystem::exists(credential, failed)) {
            const auto bytes = base::read_file(credential);
            if (!bytes) return bytes.error();
            return parse(*bytes, credential);
        }
    }
    const std::filesystem::path path = data_dir / "seal.key";
    if (std::filesystem::exists(path, failed)) {
        const auto bytes = base::read_private_file(path);
        if (!bytes) return bytes.error();
        return parse(*bytes, path);
    }
    certs::SealingKey key = certs::SealingKey::generate();
    const auto written = base::write_private_file(path, key.bytes().text());
    if (!written) return written.error();
    return key;
}

} // namespace mizo::custody
