#include "certs/digest.hpp"
#include "certs/verify.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

const std::string body =
    "\xef\xbb\xbf{\"event\":\"new ticket logged\",\"timestamp\":\"2026-09-25T06:41:08.7895915Z\","
    "\"message\":\"caf\xc3\xa9 \xf0\x9f\x8e\xab\"}";

std::string encoded(Encoding encoding, const Bytes& bytes)
{
    switch (encoding) {
    case Encoding::base64: return base64(bytes);
    case Encoding::base64url: return base64url(bytes);
    case Encoding::hex: return hex_upper(bytes);
    }
    return {};
}

// Reference for the bytes that each setting means, written out by hand.
std::string signed_text(SignedBytes bytes)
{
    const std::string text = body.substr(3);
    switch (bytes) {
    case SignedBytes::raw: return body;
    case SignedBytes::without_bom: return text;
    case SignedBytes::hash_text: return hex(sha256(body));
    case SignedBytes::hash_text_upper: return hex_upper(sha256(body));
    case SignedBytes::hash_text_base64: return base64(sha256(body));
    case SignedBytes::timestamp_body: return "2026-09-25T06:41:08.7895915Z." + body;
    case SignedBytes::utf16le: break;
    }
    std::string wide;
    for (const char c : text.substr(0, text.find("\xc3"))) wide += {c, '\0'};
    return wide + std::string{"\xe9\0 \0\x3c\xd8\xab\xdf\"\0}\0", 12};
}

bool verifies(const SignatureScheme& scheme, std::string_view header, ByteView bytes = body)
{
    Verifier verifier{scheme, {first_key().public_key()}};
    return verifier.verify({header, bytes, {}}).has_value();
}

} // namespace

TEST_CASE("each hash, padding and encoding verifies its own signature and no other's", "[certs][verify]")
{
    for (const Hash hash : all_hashes) {
        for (const Padding padding : all_paddings) {
            const Bytes signature = sign(first_key(), hash, padding, body);
            for (const Encoding encoding : all_encodings) {
                const SignatureScheme right{hash, padding, encoding, "", SignedBytes::raw, ""};
                SignatureScheme other_hash = right;
                other_hash.hash = hash == Hash::sha256 ? Hash::sha1 : Hash::sha256;
                SignatureScheme other_padding = right;
                other_padding.padding = padding == Padding::pss ? Padding::pkcs1 : Padding::pss;
                CAPTURE(to_string(hash), to_string(padding), to_string(encoding));
                const std::string header = encoded(encoding, signature);
                CHECK(verifies(right, header));
                CHECK_FALSE(verifies(other_hash, header));
                CHECK_FALSE(verifies(other_padding, header));
                CHECK_FALSE(verifies(right, header, "other"));
            }
        }
    }
}

TEST_CASE("each choice of signed bytes verifies exactly those bytes", "[certs][verify]")
{
    for (const SignedBytes bytes : all_signed_bytes) {
        const std::string header =
            base64(sign(first_key(), Hash::sha256, Padding::pkcs1, signed_text(bytes)));
        for (const SignedBytes tried : all_signed_bytes) {
            SignatureScheme scheme;
            scheme.bytes = tried;
            CAPTURE(to_string(bytes), to_string(tried));
            CHECK(verifies(scheme, header) == (tried == bytes));
        }
    }
}

TEST_CASE("a timestamp out of a header is signed with the body", "[certs][verify]")
{
    SignatureScheme scheme;
    scheme.bytes = SignedBytes::timestamp_body;
    scheme.timestamp_header = "X-Timestamp";
    const std::string header = base64(sign(first_key(), Hash::sha256, Padding::pkcs1, "1790000000." + body));
    Verifier verifier{scheme, {first_key().public_key()}};
    CHECK(verifier.verify({header, body, "1790000000"}) == 0U);
    CHECK_FALSE(verifier.verify({header, body, "1790000001"}).has_value());
    CHECK_FALSE(verifier.verify({header, body, ""}).has_value());
}

TEST_CASE("a prefix is taken off, and must be there", "[certs][verify]")
{
    SignatureScheme scheme;
    scheme.prefix = "sha256=";
    const std::string text = base64(sign(first_key(), Hash::sha256, Padding::pkcs1, body));
    CHECK(verifies(scheme, "sha256=" + text));
    CHECK_FALSE(verifies(scheme, text));
    CHECK_FALSE(verifies(scheme, "SHA256=" + text));
    CHECK_FALSE(verifies(SignatureScheme{}, "sha256=" + text));
}

TEST_CASE("the verifier names the key that signed, in the order it was given them", "[certs][verify]")
{
    const PublicKey link_key = PublicKey::from_spki(RsaKey::generate(3072)->public_key().spki()).value();
    Verifier verifier{{}, {link_key, first_key().public_key(), second_key().public_key()}};
    const auto signed_by = [&](const RsaKey& key) {
        return verifier.verify({base64(sign(key, Hash::sha256, Padding::pkcs1, body)), body, {}});
    };
    CHECK(signed_by(second_key()) == 2U);
    CHECK(signed_by(first_key()) == 1U);
    CHECK(signed_by(second_key()) == 2U);
    CHECK_FALSE(Verifier({}, {}).verify({"", body, {}}).has_value());
}

TEST_CASE("a verifier goes on verifying after refusals", "[certs][verify]")
{
    Verifier verifier{{}, {first_key().public_key()}};
    const std::string good = base64(sign(first_key(), Hash::sha256, Padding::pkcs1, body));
    const std::string forged = base64(Bytes(256, 0x11));
    const std::string above_modulus = base64(Bytes(256, 0xff));
    for (const std::string& bad : {forged, above_modulus, std::string{}, std::string{"!"}, base64(Bytes(255)),
                                   base64(Bytes(257)), good + "\n", " " + good, good + good}) {
        CHECK_FALSE(verifier.verify({bad, body, {}}).has_value());
        CHECK(verifier.verify({good, body, {}}) == 0U);
    }
}

TEST_CASE("a verifier for PSS takes one delivery after another", "[certs][verify]")
{
    SignatureScheme scheme;
    scheme.padding = Padding::pss;
    Verifier verifier{scheme, {first_key().public_key(), second_key().public_key()}};
    for (const char* text : {"one", "two", "three"}) {
        const std::string header = base64(sign(second_key(), Hash::sha256, Padding::pss, text));
        CHECK(verifier.verify({header, text, {}}) == 1U);
        CHECK_FALSE(verifier.verify({header, "other", {}}).has_value());
    }
}

TEST_CASE("no single flipped bit of a body of 1 KiB or of its signature goes unnoticed", "[certs][verify]")
{
    Bytes message(1024, 'x');
    Bytes signature = sign(first_key(), Hash::sha256, Padding::pkcs1, message);
    Verifier verifier{{}, {first_key().public_key()}};
    REQUIRE(verifier.verify({base64(signature), message, {}}) == 0U);
    int noticed = 0;
    const auto flip_each_bit = [&](Bytes& bytes) {
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
            bytes[bit / 8] = bytes[bit / 8] ^ mask;
            noticed += verifier.verify({base64(signature), message, {}}) ? 0 : 1;
            bytes[bit / 8] = bytes[bit / 8] ^ mask;
        }
    };
    flip_each_bit(message);
    flip_each_bit(signature);
    CHECK(noticed == 10'240);
}

TEST_CASE("the words of the settings come back as what they stand for", "[certs][verify]")
{
    for (const Hash hash : all_hashes) CHECK(hash_from(to_string(hash)) == hash);
    for (const Padding padding : all_paddings) CHECK(padding_from(to_string(padding)) == padding);
    for (const Encoding encoding : all_encodings) CHECK(encoding_from(to_string(encoding)) == encoding);
    for (const SignedBytes bytes : all_signed_bytes) CHECK(signed_bytes_from(to_string(bytes)) == bytes);
    CHECK_FALSE(hash_from("md5").has_value());
    CHECK_FALSE(signed_bytes_from("").has_value());
}

TEST_CASE("a body that is not UTF-8 has no UTF-16 form", "[certs][verify]")
{
    SignatureScheme scheme;
    scheme.bytes = SignedBytes::utf16le;
    for (const char* wrong : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
                              "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
        CHECK_FALSE(signed_content(scheme, {"", wrong, ""}).has_value());
    }
    CHECK(signed_content(scheme, {"", "a\xe2\x82\xac\xf4\x8f\xbf\xbf", ""})->view().copy() ==
          Bytes{'a', 0, 0xac, 0x20, 0xff, 0xdb, 0xff, 0xdf});
}

TEST_CASE("the body's timestamp is found as text or number, and a missing one is empty", "[certs][verify]")
{
    CHECK(timestamp_in(R"({"a":1,"timestamp" : "2026-01-01"})") == "2026-01-01");
    CHECK(timestamp_in(R"({"timestamp":17,"b":2})") == "17");
    for (const char* none : {"", "{}", R"({"timestamp")", R"({"timestamp":)", R"({"timestamp":"2026)",
                             R"(["timestamp",1])", R"({"timestamp":12)"}) {
        CAPTURE(none);
        CHECK(timestamp_in(none) == "");
    }
}

TEST_CASE("HMAC verifies the base64 of the body's code under the right key only", "[certs][verify]")
{
    const std::string header = base64(hmac_sha256("key", body));
    CHECK(hmac_matches("key", header, body));
    CHECK_FALSE(hmac_matches("other", header, body));
    CHECK_FALSE(hmac_matches("key", header, "other"));
    CHECK_FALSE(hmac_matches("key", header + " ", body));
    CHECK_FALSE(hmac_matches("key", "", body));
    CHECK_FALSE(hmac_matches("", base64(hmac_sha256("", body)), body));
}

TEST_CASE("Basic takes the right user and password only", "[certs][verify]")
{
    const BasicCredentials expected{"halo", "pass:word"};
    CHECK(basic_matches(expected, "Basic " + base64("halo:pass:word")));
    CHECK(basic_matches(expected, "basic " + base64("halo:pass:word")));
    for (const std::string& wrong :
         {"Basic " + base64("halo:pass:wor"), "Basic " + base64("hal:pass:word"),
          "Bearer " + base64("halo:pass:word"), std::string{"Basic "}, std::string{},
          "Basic  " + base64("halo:pass:word"), base64("halo:pass:word")}) {
        CAPTURE(wrong);
        CHECK_FALSE(basic_matches(expected, wrong));
    }
    CHECK_FALSE(basic_matches({"", ""}, "Basic " + base64(":")));
}
