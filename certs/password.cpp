#include "certs/password.hpp"

#include "certs/digest.hpp"
#include "certs/openssl_handles.hpp"
#include "certs/random.hpp"

#include <array>
#include <cstdint>

namespace mizo::certs {
namespace {

constexpr std::string_view prefix = "$scrypt$ln=17,r=8,p=1$";
constexpr std::uint64_t cost = 1U << 17;
constexpr std::uint64_t block_size = 8;
constexpr std::uint64_t lanes = 1;
// What scrypt needs, 128 * N * r, and a little for its own book-keeping.
constexpr std::uint64_t memory_max = 128 * cost * block_size + (1U << 20);
constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;

Bytes derive(std::string_view password, ByteView salt)
{
    Bytes key(hash_size);
    must(EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), cost, block_size, lanes,
                        memory_max, key.data(), key.size()) == 1,
         "scrypt");
    return key;
}

} // namespace

std::string hash_password(std::string_view password)
{
    const Bytes salt = random_bytes(salt_size);
    return std::string{prefix} + base64url(salt) + "$" + base64url(derive(password, salt));
}

bool password_matches(std::string_view password, std::string_view hash)
{
    if (!hash.starts_with(prefix)) return false;
    hash.remove_prefix(prefix.size());
    const std::size_t separator = hash.find('$');
    if (separator == std::string_view::npos) return false;
    const Result<Bytes> salt = from_base64url(hash.substr(0, separator));
    const Result<Bytes> expected = from_base64url(hash.substr(separator + 1));
    if (!salt || salt->size() != salt_size || !expected || expected->size() != hash_size) return false;
    return equal_in_constant_time(derive(password, *salt), *expected);
}

} // namespace mizo::certs
