#include "certs/digest.hpp"
#include "certs/learn.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

const std::string body = "\xef\xbb\xbf{\"timestamp\":\"2026-09-25T06:41:08Z\",\"object_id\":4242}";

std::string encoded(Encoding encoding, const Bytes& bytes)
{
    switch (encoding) {
    case Encoding::base64: return base64(bytes);
    case Encoding::base64url: return base64url(bytes);
    case Encoding::hex: return hex(bytes);
    }
    return {};
}

// A header as a sender with this scheme would write it.
std::string header_for(const SignatureScheme& scheme, const RsaKey& key, std::string_view timestamp = {})
{
    const auto content = signed_content(scheme, {"", body, timestamp});
    REQUIRE(content.has_value());
    return scheme.prefix + encoded(scheme.encoding, sign(key, scheme.hash, scheme.padding, content->view()));
}

std::vector<SignatureMatch> learnt(std::string_view name, std::string_view value)
{
    return learn(
        {{{"Host", "relay.example"}, {"X-Request-Id", std::string_view{"12345678"}}, {name, value}}, body},
        {first_key().public_key(), second_key().public_key()});
}

} // namespace

TEST_CASE("learning finds every scheme there is, its header and its key", "[certs][learn]")
{
    for (const Hash hash : all_hashes) {
        for (const Padding padding : all_paddings) {
            for (const Encoding encoding : all_encodings) {
                for (const SignedBytes bytes : all_signed_bytes) {
                    const SignatureScheme scheme{hash, padding, encoding, "", bytes, ""};
                    CAPTURE(to_string(hash), to_string(padding), to_string(encoding), to_string(bytes));
                    const auto matches = learnt("X-Halo-Signature", header_for(scheme, second_key()));
                    REQUIRE(matches.size() == 1);
                    CHECK(matches[0].header == "X-Halo-Signature");
                    CHECK(matches[0].scheme == scheme);
                    CHECK(matches[0].key == 1);
                }
            }
        }
    }
}

TEST_CASE("learning finds a prefix of any usual form", "[certs][learn]")
{
    for (const char* prefix : {"sha256=", "RSA-SHA256 ", "v1,", "keyId: signature="}) {
        SignatureScheme scheme;
        scheme.prefix = prefix;
        const auto matches = learnt("Signature", header_for(scheme, first_key()));
        REQUIRE(matches.size() == 1);
        CHECK(matches[0].scheme == scheme);
    }
}

TEST_CASE("learning finds the header that holds the timestamp", "[certs][learn]")
{
    SignatureScheme scheme;
    scheme.bytes = SignedBytes::timestamp_body;
    scheme.timestamp_header = "X-Time";
    const std::string value = header_for(scheme, first_key(), "1790000000");
    const auto matches =
        learn({{{"Date", "Fri, 25 Sep 2026 06:41:08 GMT"}, {"X-Sig", value}, {"X-Time", "1790000000"}}, body},
              {first_key().public_key()});
    REQUIRE(matches.size() == 1);
    CHECK(matches[0].scheme == scheme);
}

TEST_CASE("what several schemes explain is learnt as the simplest of them", "[certs][learn]")
{
    const std::string plain = R"({"object_id":1})"; // without a mark, raw and without_bom are the same
    const std::string value = base64(sign(first_key(), Hash::sha256, Padding::pkcs1, plain));
    const auto matches = learn({{{"X-Signature", value}}, plain}, {first_key().public_key()});
    REQUIRE(matches.size() == 2);
    CHECK(matches[0].scheme == SignatureScheme{});
    CHECK(matches[1].scheme.bytes == SignedBytes::without_bom);
}

TEST_CASE("nothing is learnt from a stranger's signature, other bytes, or no signature", "[certs][learn]")
{
    const std::string strangers = header_for({}, RsaKey::generate().value());
    CHECK(learnt("X-Signature", strangers).empty());
    CHECK(learnt("X-Signature", base64(sign(first_key(), Hash::sha256, Padding::pkcs1, "other"))).empty());
    CHECK(learnt("X-Signature", base64(sign(first_key(), Hash::sha256, Padding::pss, "other"))).empty());
    CHECK(learnt("X-Signature", std::string(344, 'A')).empty());
    CHECK(learnt("X-Signature", "").empty());
    CHECK(learn({{}, body}, {}).empty());
}
