#include "daemon/base/uuid.hpp"

#include <array>
#include <cstdint>

namespace mizo::base {

namespace {

using Bytes = std::array<std::byte, 16>;

std::string text_of(Bytes bytes, unsigned version)
{
    bytes[6] = (bytes[6] & std::byte{0x0f}) | static_cast<std::byte>(version << 4U);
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};

    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        const auto value = std::to_integer<unsigned>(bytes[i]);
        text += digits[value >> 4U];
        text += digits[value & 15U];
    }
    return text;
}

} // namespace

std::string uuid_v4(Random& random)
{
    Bytes bytes{};
    random.fill(bytes);
    return text_of(bytes, 4);
}

std::string uuid_v7(WallTime now, Random& random)
{
    Bytes bytes{};
    random.fill(bytes);
    const auto ms = static_cast<std::uint64_t>(to_ms(now));
    for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::byte>((ms >> (40 - 8 * i)) & 0xffU);
    return text_of(bytes, 7);
}

bool is_uuid(std::string_view text)
{
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool hyphen_here = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (hyphen_here ? c != '-' : !hex) return false;
    }
    return true;
}

} // namespace mizo::base
