#include "certs/signature_scheme.hpp"

#include "certs/digest.hpp"
#include "certs/hash.hpp"

#include <algorithm>
#include <utility>

namespace mizo::certs {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

ByteView without_byte_order_mark(ByteView body)
{
    if (!body.text().starts_with(byte_order_mark)) return body;
    return body.subview(byte_order_mark.size(), body.size() - byte_order_mark.size());
}

void append_utf16le(std::uint32_t code_point, Bytes& out)
{
    const auto unit = [&out](std::uint32_t value) {
        out.push_back(static_cast<std::uint8_t>(value & 0xff));
        out.push_back(static_cast<std::uint8_t>(value >> 8));
    };
    if (code_point < 0x10000) return unit(code_point);
    unit(0xd800 + ((code_point - 0x10000) >> 10));
    unit(0xdc00 + ((code_point - 0x10000) & 0x3ff));
}

// How many bytes a UTF-8 character has by its first one; 0 for what cannot be first.
std::size_t utf8_length(std::uint8_t first)
{
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return 2;
    if (first >= 0xe0 && first <= 0xef) return 3;
    if (first >= 0xf0 && first <= 0xf4) return 4;
    return 0;
}

// The next character of well-formed UTF-8, taken off the text.
std::optional<std::uint32_t> next_code_point(ByteView& text)
{
    const std::size_t length = utf8_length(text[0]);
    if (length == 0 || length > text.size()) return std::nullopt;
    std::uint32_t value = length == 1 ? text[0] : text[0] & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((text[i] & 0xc0) != 0x80) return std::nullopt;
        value = value << 6 | (text[i] & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < least[length] || value > 0x10ffff || surrogate) return std::nullopt;
    text = text.subview(length, text.size() - length);
    return value;
}

std::optional<Bytes> as_utf16le(ByteView text)
{
    Bytes out;
    out.reserve(text.size() * 2);
    while (!text.empty()) {
        const std::optional<std::uint32_t> code_point = next_code_point(text);
        if (!code_point) return std::nullopt;
        append_utf16le(*code_point, out);
    }
    return out;
}

std::optional<Bytes> timestamp_and_body(const SignatureScheme& scheme, const SignedMessage& message)
{
    const std::string_view timestamp =
        scheme.timestamp_header.empty() ? timestamp_in(message.body) : message.timestamp;
    if (timestamp.empty()) return std::nullopt;
    Bytes out = ByteView{timestamp}.copy();
    out.push_back('.');
    out.insert(out.end(), message.body.begin(), message.body.end());
    return out;
}

Bytes text_bytes(const std::string& text)
{
    return ByteView{text}.copy();
}

template <class Enum, std::size_t Size>
std::optional<Enum> from_word(const std::array<Enum, Size>& all, std::string_view word)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](Enum e) { return to_string(e) == word; });
    if (found == all.end()) return std::nullopt;
    return *found;
}

} // namespace

std::string_view to_string(Hash hash)
{
    switch (hash) {
    case Hash::sha256: return "sha256";
    case Hash::sha384: return "sha384";
    case Hash::sha512: return "sha512";
    case Hash::sha1: return "sha1";
    }
    return "";
}

std::string_view to_string(Padding padding)
{
    return padding == Padding::pkcs1 ? "pkcs1" : "pss";
}

std::string_view to_string(Encoding encoding)
{
    switch (encoding) {
    case Encoding::base64: return "base64";
    case Encoding::base64url: return "base64url";
    case Encoding::hex: return "hex";
    }
    return "";
}

std::string_view to_string(SignedBytes bytes)
{
    switch (bytes) {
    case SignedBytes::raw: return "raw";
    case SignedBytes::without_bom: return "without_bom";
    case SignedBytes::hash_text: return "hash_text";
    case SignedBytes::hash_text_upper: return "hash_text_upper";
    case SignedBytes::hash_text_base64: return "hash_text_base64";
    case SignedBytes::utf16le: return "utf16le";
    case SignedBytes::timestamp_body: return "timestamp.body";
    }
    return "";
}

std::optional<Hash> hash_from(std::string_view word)
{
    return from_word(all_hashes, word);
}

std::optional<Padding> padding_from(std::string_view word)
{
    return from_word(all_paddings, word);
}

std::optional<Encoding> encoding_from(std::string_view word)
{
    return from_word(all_encodings, word);
}

std::optional<SignedBytes> signed_bytes_from(std::string_view word)
{
    return from_word(all_signed_bytes, word);
}

Result<Bytes> decode_signature(const SignatureScheme& scheme, std::string_view header_value)
{
    if (!header_value.starts_with(scheme.prefix)) return Error{Errc::malformed, "the prefix is not there"};
    header_value.remove_prefix(scheme.prefix.size());
    switch (scheme.encoding) {
    case Encoding::base64: return from_base64(header_value);
    case Encoding::base64url: return from_base64url(header_value);
    case Encoding::hex: return from_hex(header_value);
    }
    return Error{Errc::unsupported, "an encoding that does not exist"};
}

std::optional<SignedContent> signed_content(const SignatureScheme& scheme, const SignedMessage& message)
{
    SignedContent content;
    content.body_ = message.body;
    const auto body_digest = [&] { return digest_of(scheme.hash, message.body); };
    switch (scheme.bytes) {
    case SignedBytes::raw: return content;
    case SignedBytes::without_bom: content.body_ = without_byte_order_mark(message.body); return content;
    case SignedBytes::hash_text: content.made_ = text_bytes(hex(body_digest())); return content;
    case SignedBytes::hash_text_upper: content.made_ = text_bytes(hex_upper(body_digest())); return content;
    case SignedBytes::hash_text_base64: content.made_ = text_bytes(base64(body_digest())); return content;
    case SignedBytes::utf16le: content.made_ = as_utf16le(without_byte_order_mark(message.body)); break;
    case SignedBytes::timestamp_body: content.made_ = timestamp_and_body(scheme, message); break;
    }
    if (!content.made_) return std::nullopt;
    return content;
}

std::string_view timestamp_in(ByteView body)
{
    static constexpr std::string_view name = "\"timestamp\"";
    static constexpr std::string_view blanks = " \t\r\n";
    const std::string_view text = body.text();
    const std::size_t found = text.find(name);
    if (found == std::string_view::npos) return {};
    const std::size_t colon = text.find_first_not_of(blanks, found + name.size());
    if (colon == std::string_view::npos || text[colon] != ':') return {};
    const std::size_t begin = text.find_first_not_of(blanks, colon + 1);
    if (begin == std::string_view::npos) return {};
    const bool quoted = text[begin] == '"';
    const std::size_t from = quoted ? begin + 1 : begin;
    const std::size_t end = text.find_first_of(quoted ? "\"" : ",} \t\r\n", from);
    return end == std::string_view::npos ? std::string_view{} : text.substr(from, end - from);
}

} // namespace mizo::certs
