#include "daemon/base/utf8.hpp"

namespace mizo::base {

namespace {

std::size_t length_from(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

} // namespace

std::pair<std::optional<char32_t>, std::size_t> decode_utf8(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text.front());
    const auto length = length_from(first);
    if (length == 1) return {first, 1};
    if (length == 0 || text.size() < length) return {std::nullopt, 1};

    char32_t value = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80U) return {std::nullopt, 1};
        value = (value << 6U) | (byte & 0x3fU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return {std::nullopt, 1};
    return {value, length};
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        // Most text is ASCII: step over it without decoding.
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            text.remove_prefix(1);
            continue;
        }
        const auto [code_point, length] = decode_utf8(text);
        if (!code_point) return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace mizo::base
