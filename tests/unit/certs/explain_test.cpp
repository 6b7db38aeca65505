#include "certs/digest.hpp"
#include "certs/explain.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

const std::string marked = "\xef\xbb\xbf{\"object_id\":4242}";
const std::string plain = marked.substr(3);

std::vector<KnownCertificate> known()
{
    return {{first_key().public_key(), "FIRST", CertificateState::active, true},
            {second_key().public_key(), "SECOND", CertificateState::retired, false}};
}

SignatureExplanation explained(std::string_view header, ByteView body, const SignatureScheme& scheme = {})
{
    return explain(scheme, {header, body, {}}, known());
}

// The hints as text: "code detail; code detail".
std::string hints(const SignatureExplanation& explanation)
{
    std::string text;
    for (const Hint& hint : explanation.hints) {
        text += (text.empty() ? "" : "; ") + std::string{to_string(hint.code)};
        if (!hint.detail.empty()) text += " " + hint.detail;
    }
    return text;
}

std::string signature(const RsaKey& key, ByteView bytes, Hash hash = Hash::sha256)
{
    return base64(sign(key, hash, Padding::pkcs1, bytes));
}

} // namespace

TEST_CASE("an explanation states what came and what was tried", "[certs][explain]")
{
    const SignatureExplanation explanation = explained(signature(second_key(), plain), plain);
    CHECK(explanation.header_found);
    CHECK(explanation.header_length == 344);
    CHECK(explanation.alphabet == "base64");
    CHECK(explanation.signature_length == 256);
    CHECK(explanation.tried == std::vector<std::string>{"FIRST"});
    CHECK(explanation.body_sha256 == hex(sha256(plain)));
}

TEST_CASE("a missing and an empty header are told apart", "[certs][explain]")
{
    CHECK(hints(explain({}, {std::nullopt, plain, {}}, known())) == "header_missing");
    CHECK_FALSE(explain({}, {std::nullopt, plain, {}}, known()).header_found);
    CHECK(hints(explained("", plain)) == "header_empty");
    CHECK(hints(explain({}, {"x", plain, {}}, {})) == "no_certificate");
}

TEST_CASE("a byte order mark that was not signed is named", "[certs][explain]")
{
    CHECK(hints(explained(signature(first_key(), plain), marked)) ==
          "verifies_without_bom bytes=without_bom");
}

TEST_CASE("a certificate that is no longer accepted is named", "[certs][explain]")
{
    CHECK(hints(explained(signature(second_key(), plain), plain)) ==
          "certificate_not_accepted retired SECOND");
}

TEST_CASE("SHA-1 is named as a matter of the settings", "[certs][explain]")
{
    CHECK(hints(explained(signature(first_key(), plain, Hash::sha1), plain)) ==
          "sha1_needs_setting hash=sha1");
}

TEST_CASE("settings that would verify are named, as few as there are", "[certs][explain]")
{
    const Bytes pss = sign(first_key(), Hash::sha512, Padding::pss, plain);
    CHECK(hints(explained("v=" + hex(pss), plain)) ==
          "verifies_with_settings hash=sha512 padding=pss encoding=hex prefix=v=");
    SignatureScheme scheme;
    scheme.bytes = SignedBytes::without_bom;
    scheme.hash = Hash::sha512;
    CHECK(hints(explained(signature(first_key(), plain), plain, scheme)) ==
          "verifies_with_settings hash=sha256");
}

TEST_CASE("a body that was changed on the way is told from a stranger's signature", "[certs][explain]")
{
    CHECK(hints(explained(signature(first_key(), "other"), plain)) == "other_bytes_signed FIRST");
    CHECK(hints(explained(signature(RsaKey::generate().value(), plain), plain)) == "unknown_signer");
}

TEST_CASE("a header that cannot be a signature is described", "[certs][explain]")
{
    SignatureScheme prefixed;
    prefixed.prefix = "sha256=";
    CHECK(hints(explained("abc", plain, prefixed)) == "prefix_missing sha256=");
    CHECK(hints(explained("not a signature", plain)) == "not_in_encoding other");
    CHECK(hints(explained("abcd-_", plain)) == "not_in_encoding base64url");
    CHECK(hints(explained("AB-CD", plain)) == "not_in_encoding hex");
    CHECK(hints(explained(base64(Bytes(255)), plain)) == "wrong_length 255 bytes instead of 256");
    CHECK(explained(base64(Bytes(255)), plain).signature_length == 255);
}
