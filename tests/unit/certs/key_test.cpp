#include "certs/digest.hpp"
#include "certs/key.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

} // namespace

TEST_CASE("RSA keys are made with 2048, 3072 or 4096 bits and no others", "[certs][key]")
{
    CHECK(first_key().bits() == 2048);
    CHECK(RsaKey::generate(3072)->bits() == 3072);
    for (const int bits : {0, 1024, 2047, 2049, 8192}) {
        CAPTURE(bits);
        CHECK(RsaKey::generate(bits).error().code() == Errc::unsupported);
    }
}

TEST_CASE("a private key comes back from its PKCS#8 form", "[certs][key]")
{
    const Secret rsa = first_key().pkcs8();
    CHECK(RsaKey::from_pkcs8(rsa.view())->public_key().spki() == first_key().public_key().spki());
    const P256Key key = P256Key::generate();
    const Secret ec = key.pkcs8();
    CHECK(P256Key::from_pkcs8(ec.view())->jwk().x == key.jwk().x);
}

TEST_CASE("a private key of another kind, cut short or with more behind it is refused", "[certs][key]")
{
    const Secret rsa = first_key().pkcs8();
    const Secret ec = P256Key::generate().pkcs8();
    CHECK(P256Key::from_pkcs8(rsa.view()).error().code() == Errc::unsupported);
    CHECK(RsaKey::from_pkcs8(ec.view()).error().code() == Errc::unsupported);
    CHECK(RsaKey::from_pkcs8("").error().code() == Errc::malformed);
    CHECK(RsaKey::from_pkcs8(rsa.view().subview(0, rsa.size() - 1)).error().code() == Errc::malformed);
    Bytes longer = rsa.view().copy();
    longer.push_back(0);
    CHECK(RsaKey::from_pkcs8(longer).error().code() == Errc::malformed);
}

TEST_CASE("a public key comes back from its SubjectPublicKeyInfo, and nothing else does", "[certs][key]")
{
    const Bytes spki = first_key().public_key().spki();
    const PublicKey key = PublicKey::from_spki(spki).value();
    CHECK(key.spki() == spki);
    CHECK(key.bits() == 2048);
    CHECK(key.is_webhook_key());
    CHECK_FALSE(PublicKey::from_spki(ByteView{spki}.subview(0, spki.size() - 1)).has_value());
    CHECK_FALSE(PublicKey::from_spki("").has_value());
}

TEST_CASE("ES256 signs with two numbers of 32 bytes, as JWS wants", "[certs][key]")
{
    const P256Key key = P256Key::generate();
    // One number in 256 begins with a zero byte, which must not be left out: 600 tries miss it once in a
    // hundred.
    for (int i = 0; i < 600; ++i) {
        const std::string text = "header.payload" + std::to_string(i);
        REQUIRE(es256_verifies(key, key.sign_es256(text), text));
    }
    CHECK_FALSE(es256_verifies(key, key.sign_es256("one"), "other"));
    CHECK_FALSE(es256_verifies(P256Key::generate(), key.sign_es256("one"), "one"));
}

TEST_CASE("the public members of a P-256 key are 32 bytes of base64url each", "[certs][key]")
{
    for (int i = 0; i < 300; ++i) {
        const EcJwk jwk = P256Key::generate().jwk();
        REQUIRE(from_base64url(jwk.x)->size() == 32);
        REQUIRE(from_base64url(jwk.y)->size() == 32);
    }
}

TEST_CASE("a key's thumbprint is that of RFC 7638", "[certs][key]")
{
    // The key of RFC 7517, appendix A.1, and its thumbprint by an independent program.
    const EcJwk jwk{"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                    "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"};
    CHECK(jwk_thumbprint(jwk) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
}
