#include "certs/random.hpp"

#include "certs/encoding.hpp"
#include "certs/openssl_handles.hpp"

#include <openssl/rand.h>

#include <array>
#include <limits>
#include <string_view>

namespace mizo::certs {

void fill_random(std::span<std::uint8_t> bytes)
{
    must(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()), "random bytes");
    must(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "random bytes");
}

Bytes random_bytes(std::size_t count)
{
    Bytes bytes(count);
    fill_random(bytes);
    return bytes;
}

std::string random_token(std::size_t byte_count)
{
    return base64url(random_bytes(byte_count));
}

std::string random_alphanumeric(std::size_t length)
{
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // The greatest multiple of 62 that fits a byte: what lies above would make some characters likelier.
    static constexpr std::size_t fair_below = 256 / alphabet.size() * alphabet.size();
    std::string text;
    text.reserve(length);
    std::array<std::uint8_t, 64> pool{};
    while (text.size() < length) {
        fill_random(pool);
        for (const std::uint8_t byte : pool) {
            if (text.size() < length && byte < fair_below) text.push_back(alphabet[byte % alphabet.size()]);
        }
    }
    return text;
}

} // namespace mizo::certs
