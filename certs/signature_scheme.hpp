#pragma once

#include "certs/bytes.hpp"
#include "certs/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::certs {

// SHA-1 is never a default: it stands here because an administrator may choose it.
enum class Hash : std::uint8_t { sha256, sha384, sha512, sha1 };
enum class Padding : std::uint8_t { pkcs1, pss };
enum class Encoding : std::uint8_t { base64, base64url, hex };

// Which bytes the other side hashed and signed.
enum class SignedBytes : std::uint8_t {
    raw,              // the body as it came
    without_bom,      // the body without a leading UTF-8 byte order mark
    hash_text,        // the body's digest, written as lower-case hex
    hash_text_upper,  // the same in upper-case hex
    hash_text_base64, // the same in base64
    utf16le,          // the body's text as .NET's Encoding.Unicode writes it
    timestamp_body,   // a timestamp, a full stop, the body
};

inline constexpr std::array all_hashes{Hash::sha256, Hash::sha384, Hash::sha512, Hash::sha1};
inline constexpr std::array all_paddings{Padding::pkcs1, Padding::pss};
inline constexpr std::array all_encodings{Encoding::base64, Encoding::base64url, Encoding::hex};
inline constexpr std::array all_signed_bytes{SignedBytes::raw,
                                             SignedBytes::without_bom,
                                             SignedBytes::hash_text,
                                             SignedBytes::hash_text_upper,
                                             SignedBytes::hash_text_base64,
                                             SignedBytes::utf16le,
                                             SignedBytes::timestamp_body};

// How the other side signs. Everything is fixed beforehand: nothing of it is ever taken from a request.
struct SignatureScheme {
    Hash hash{Hash::sha256};
    Padding padding{Padding::pkcs1};
    Encoding encoding{Encoding::base64};
    std::string prefix;
    SignedBytes bytes{SignedBytes::raw};
    // Of timestamp_body: the header that holds the timestamp; empty for the body's own "timestamp" member.
    std::string timestamp_header;

    friend bool operator==(const SignatureScheme&, const SignatureScheme&) = default;
};

// The words of the settings.
std::string_view to_string(Hash hash);
std::string_view to_string(Padding padding);
std::string_view to_string(Encoding encoding);
std::string_view to_string(SignedBytes bytes);
std::optional<Hash> hash_from(std::string_view word);
std::optional<Padding> padding_from(std::string_view word);
std::optional<Encoding> encoding_from(std::string_view word);
std::optional<SignedBytes> signed_bytes_from(std::string_view word);

// One delivery, as far as its signature is concerned; all of it is kept alive by the caller.
struct SignedMessage {
    std::string_view signature; // the header's value
    ByteView body;
    std::string_view timestamp; // the value of scheme.timestamp_header, where the scheme names one
};

// The signature's bytes out of the header's value: prefix taken off, then decoded strictly.
Result<Bytes> decode_signature(const SignatureScheme& scheme, std::string_view header_value);

// The bytes that were signed, as this scheme says. Holds them itself only where they differ from the body.
class SignedContent {
public:
    ByteView view() const { return made_ ? ByteView{*made_} : body_; }

private:
    friend std::optional<SignedContent> signed_content(const SignatureScheme&, const SignedMessage&);
    ByteView body_;
    std::optional<Bytes> made_;
};

// Nothing where the scheme cannot apply: a body that is not UTF-8, a timestamp that is not there.
std::optional<SignedContent> signed_content(const SignatureScheme& scheme, const SignedMessage& message);

// The text of the body's first "timestamp" member, found without reading the JSON; empty if there is none.
std::string_view timestamp_in(ByteView body);

} // namespace mizo::certs
