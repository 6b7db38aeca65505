#include "certs/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mizo::certs {
namespace {

constexpr std::uint8_t no_digit = 0xff;
using DigitTable = std::array<std::uint8_t, 256>;

// The value of each character in an alphabet, or no_digit.
constexpr DigitTable digits_of(std::string_view alphabet)
{
    DigitTable table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}

constexpr DigitTable hex_digits_of_either_case()
{
    DigitTable table = digits_of("0123456789abcdef");
    for (char c = 'A'; c <= 'F'; ++c) {
        table[static_cast<std::uint8_t>(c)] = static_cast<std::uint8_t>(10 + c - 'A');
    }
    return table;
}

constexpr DigitTable base64_digits =
    digits_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr DigitTable base64url_digits =
    digits_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
constexpr DigitTable hex_digits = hex_digits_of_either_case();

std::uint32_t digit(const DigitTable& table, char c)
{
    return table[static_cast<std::uint8_t>(c)];
}

std::uint8_t byte_of(std::uint32_t bits)
{
    return static_cast<std::uint8_t>(bits & 0xff);
}

// The two or three digits at the end, which stand for one or two bytes.
bool decode_tail(std::string_view tail, const DigitTable& table, Bytes& out)
{
    const std::uint32_t a = digit(table, tail[0]);
    const std::uint32_t b = digit(table, tail[1]);
    const std::uint32_t c = tail.size() == 3 ? digit(table, tail[2]) : 0;
    if ((a | b | c) > 63) return false;
    const std::uint32_t unused_bits = tail.size() == 3 ? c & 0x03 : b & 0x0f;
    if (unused_bits != 0) return false;
    out.push_back(byte_of(a << 2 | b >> 4));
    if (tail.size() == 3) out.push_back(byte_of(b << 4 | c >> 2));
    return true;
}

Result<Bytes> decode_unpadded(std::string_view text, const DigitTable& table)
{
    if (text.size() % 4 == 1) return Error{Errc::malformed, "a length that no base64 text has"};
    Bytes out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::size_t at = 0;
    for (; at + 4 <= text.size(); at += 4) {
        const std::uint32_t a = digit(table, text[at]);
        const std::uint32_t b = digit(table, text[at + 1]);
        const std::uint32_t c = digit(table, text[at + 2]);
        const std::uint32_t d = digit(table, text[at + 3]);
        if ((a | b | c | d) > 63) return Error{Errc::malformed, "a character outside the alphabet"};
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        out.insert(out.end(), {byte_of(bits >> 16), byte_of(bits >> 8), byte_of(bits)});
    }
    if (at < text.size() && !decode_tail(text.substr(at), table, out)) {
        return Error{Errc::malformed, "an end that no base64 text has"};
    }
    return out;
}

std::string_view without_padding(std::string_view text)
{
    if (text.empty() || text.size() % 4 != 0 || text.back() != '=') return text;
    text.remove_suffix(1);
    if (text.back() == '=') text.remove_suffix(1);
    return text;
}

std::string hex_with(ByteView bytes, const char* digits)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 0x0f]);
    }
    return text;
}

} // namespace

std::string hex(ByteView bytes)
{
    return hex_with(bytes, "0123456789abcdef");
}

std::string hex_upper(ByteView bytes)
{
    return hex_with(bytes, "0123456789ABCDEF");
}

std::string base64(ByteView bytes)
{
    // OpenSSL writes a final zero, for which a string has room behind its end.
    std::string text((bytes.size() + 2) / 3 * 4, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                    static_cast<int>(bytes.size()));
    return text;
}

std::string base64url(ByteView bytes)
{
    std::string text = base64(bytes);
    text.erase(text.find_last_not_of('=') + 1);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

Result<Bytes> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return Error{Errc::malformed, "base64 without its padding"};
    return decode_unpadded(without_padding(text), base64_digits);
}

Result<Bytes> from_base64url(std::string_view text)
{
    return decode_unpadded(without_padding(text), base64url_digits);
}

Result<Bytes> from_hex(std::string_view text)
{
    const bool dashed = text.size() > 2 && text[2] == '-';
    const std::size_t step = dashed ? 3 : 2;
    if ((text.size() + (dashed ? 1 : 0)) % step != 0) return Error{Errc::malformed, "half a byte of hex"};
    Bytes out;
    out.reserve(text.size() / step + 1);
    for (std::size_t at = 0; at < text.size(); at += step) {
        const std::uint32_t high = digit(hex_digits, text[at]);
        const std::uint32_t low = digit(hex_digits, text[at + 1]);
        if ((high | low) > 15) return Error{Errc::malformed, "a character that is not hex"};
        if (dashed && at + 2 < text.size() && text[at + 2] != '-') {
            return Error{Errc::malformed, "dashes between some bytes only"};
        }
        out.push_back(byte_of(high << 4 | low));
    }
    return out;
}

} // namespace mizo::certs
