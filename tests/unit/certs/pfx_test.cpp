#include "certs/digest.hpp"
#include "certs/pfx.hpp"
#include "certs/random.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

Bytes packed(PfxProfile profile, const Secret& password)
{
    return pack_pfx({first_key(), certificate_for(first_key()), "Mizo webhook"}, password, profile);
}

Errc refusal(ByteView file, std::string_view password)
{
    const Result<OpenedPfx> opened = open_pfx(file, password);
    REQUIRE_FALSE(opened.has_value());
    return opened.error().code();
}

bool contains(const Bytes& file, std::string_view hex_text)
{
    return hex(file).find(hex_text) != std::string::npos;
}

struct Hostile {
    int key_encryption{NID_aes_256_cbc};
    int key_iterations{2048};
    int certificate_iterations{2048};
    int mac_iterations{2048};
    int certificate_safes{1};
};

// A PFX with parameters that pack_pfx() would never choose. The counts are written into the finished file:
// nobody derives anything with them.
Bytes hostile(const Hostile& with)
{
    const Secret pkcs8 = first_key().pkcs8();
    const std::uint8_t* at = pkcs8.view().data();
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())), &EVP_PKEY_free};
    const Bytes der = certificate_for(first_key()).der();
    at = der.data();
    const std::unique_ptr<X509, decltype(&X509_free)> x509{
        d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free};
    STACK_OF(PKCS12_SAFEBAG)* certificates = nullptr;
    STACK_OF(PKCS12_SAFEBAG)* keys = nullptr;
    STACK_OF(PKCS7)* safes = nullptr;
    REQUIRE(PKCS12_add_cert(&certificates, x509.get()) != nullptr);
    REQUIRE(PKCS12_add_key(&keys, key.get(), 0, with.key_iterations, with.key_encryption, "password") !=
            nullptr);
    for (int i = 0; i < with.certificate_safes; ++i) {
        REQUIRE(PKCS12_add_safe(&safes, certificates, NID_aes_256_cbc, with.certificate_iterations,
                                "password") == 1);
    }
    REQUIRE(PKCS12_add_safe(&safes, keys, -1, 0, nullptr) == 1);
    const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> pfx{PKCS12_add_safes(safes, 0), &PKCS12_free};
    sk_PKCS12_SAFEBAG_pop_free(certificates, PKCS12_SAFEBAG_free);
    sk_PKCS12_SAFEBAG_pop_free(keys, PKCS12_SAFEBAG_free);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    if (with.mac_iterations > 0) {
        REQUIRE(PKCS12_set_mac(pfx.get(), "password", -1, nullptr, 0, with.mac_iterations, EVP_sha256()) ==
                1);
    }
    Bytes file(static_cast<std::size_t>(i2d_PKCS12(pfx.get(), nullptr)));
    std::uint8_t* out = file.data();
    i2d_PKCS12(pfx.get(), &out);
    return file;
}

// Writes another number of the same length over the last DER INTEGER with this value.
void replace_last_integer(Bytes& file, const Bytes& value, const Bytes& by)
{
    const auto found = std::find_end(file.begin(), file.end(), value.begin(), value.end());
    REQUIRE(found != file.end());
    std::copy(by.begin(), by.end(), found);
}

const Bytes three_bytes_count{0x02, 0x03, 0x01, 0x00, 0x00}; // 65,536
const Bytes eight_million{0x02, 0x03, 0x7f, 0xff, 0xff};

} // namespace

TEST_CASE("a PFX opens under its password to the key and certificate that went in", "[certs][pfx]")
{
    for (const PfxProfile profile : {PfxProfile::compatible, PfxProfile::modern}) {
        const Secret password = generate_pfx_password();
        const Result<OpenedPfx> opened = open_pfx(packed(profile, password), password.text());
        REQUIRE(opened.has_value());
        CHECK(opened->certificate.belongs_to(RsaKey::from_pkcs8(opened->private_key_pkcs8.view()).value()));
        CHECK(opened->certificate.public_key().spki() == first_key().public_key().spki());
        CHECK(opened->chain.empty());
    }
}

TEST_CASE("the compatible profile is 3DES and SHA-1, the modern one AES-256 and SHA-256", "[certs][pfx]")
{
    const Secret password = generate_pfx_password();
    const std::string pbe_3des = "060a2a864886f70d010c0103";
    const std::string aes_256 = "060960864801650304012a";
    const std::string pbkdf2_sha256 = "06082a864886f70d0209";
    const Bytes compatible = packed(PfxProfile::compatible, password);
    CHECK(contains(compatible, pbe_3des));
    CHECK_FALSE(contains(compatible, aes_256));
    CHECK(contains(compatible, "06052b0e03021a")); // SHA-1
    const Bytes modern = packed(PfxProfile::modern, password);
    CHECK(contains(modern, aes_256));
    CHECK(contains(modern, pbkdf2_sha256));
    CHECK_FALSE(contains(modern, pbe_3des));
    CHECK_FALSE(contains(modern, "06052b0e03021a"));
}

TEST_CASE("PFX passwords are 28 letters and digits and do not come twice", "[certs][pfx]")
{
    const Secret password = generate_pfx_password();
    CHECK(password.size() == 28);
    CHECK(std::all_of(password.text().begin(), password.text().end(),
                      [](unsigned char c) { return std::isalnum(c) != 0; }));
    CHECK(password.text() != generate_pfx_password().text());
}

TEST_CASE("a certificate is never packed with another one's key", "[certs][pfx]")
{
    const Secret password = generate_pfx_password();
    CHECK_THROWS_AS(pack_pfx({first_key(), certificate_for(second_key()), "x"}, password, PfxProfile::modern),
                    CryptoFailure);
}

TEST_CASE("a wrong password and an altered PFX are refused", "[certs][pfx]")
{
    const Secret password = generate_pfx_password();
    const Bytes file = packed(PfxProfile::compatible, password);
    CHECK(refusal(file, "wrong") == Errc::wrong_password);
    CHECK(refusal(file, "") == Errc::wrong_password);
    Bytes altered = file;
    altered[altered.size() / 2] ^= 1;
    CHECK(refusal(altered, password.text()) == Errc::wrong_password);
}

TEST_CASE("a PFX cut short anywhere is refused", "[certs][pfx]")
{
    const Secret password = generate_pfx_password();
    const Bytes file = packed(PfxProfile::compatible, password);
    for (std::size_t size = 0; size < file.size(); size += 7) {
        CAPTURE(size);
        CHECK(refusal(ByteView{file}.subview(0, size), password.text()) == Errc::malformed);
    }
    CHECK(refusal("not a PFX", "password") == Errc::malformed);
}

TEST_CASE("a PFX over 64 KiB is refused unread", "[certs][pfx]")
{
    Bytes file = packed(PfxProfile::compatible, Secret{ByteView{"password"}});
    file.resize(64 * 1024);
    CHECK(refusal(file, "password") == Errc::malformed);
    file.resize(64 * 1024 + 1);
    CHECK(refusal(file, "password") == Errc::too_large);
    CHECK(refusal(Bytes(1024 * 1024, 0x30), "password") == Errc::too_large);
}

TEST_CASE("a PFX of ordinary making by another program opens", "[certs][pfx]")
{
    CHECK(open_pfx(hostile({}), "password").has_value());
    CHECK(open_pfx(hostile({NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 1, 1, 1}), "password").has_value());
}

TEST_CASE("a PFX is refused when a single count is over the limit, and opens at it", "[certs][pfx]")
{
    CHECK(open_pfx(hostile({NID_aes_256_cbc, 600'000, 2048, 2048}), "password").has_value());
    CHECK(refusal(hostile({NID_aes_256_cbc, 600'001, 2048, 2048}), "password") == Errc::too_costly);
    CHECK(refusal(hostile({NID_aes_256_cbc, 2048, 600'001, 2048}), "password") == Errc::too_costly);
    CHECK(refusal(hostile({NID_aes_256_cbc, 2048, 2048, 600'001}), "password") == Errc::too_costly);
}

TEST_CASE("a PFX is refused when all its counts together are over the limit", "[certs][pfx]")
{
    CHECK(refusal(hostile({NID_aes_256_cbc, 4, 599'999, 1, 3}), "password") == Errc::too_costly);
}

TEST_CASE("a PFX that asks for millions of iterations is refused before any is done", "[certs][pfx]")
{
    Bytes file = hostile({NID_aes_256_cbc, 2048, 2048, 65'536});
    replace_last_integer(file, three_bytes_count, eight_million);
    // The check value is wrong now, so only a program that looks at the count first answers this.
    CHECK(refusal(file, "password") == Errc::too_costly);
    file = hostile({NID_aes_256_cbc, 2048, 2048, 65'536});
    replace_last_integer(file, three_bytes_count, {0x02, 0x03, 0x80, 0x00, 0x01});
    CHECK(refusal(file, "password") == Errc::malformed);
}

TEST_CASE("a PFX without a check value is refused", "[certs][pfx]")
{
    CHECK(refusal(hostile({NID_aes_256_cbc, 2048, 2048, 0}), "password") == Errc::unsupported);
}

TEST_CASE("no random damage to a PFX does more than get it refused", "[certs][pfx]")
{
    const Bytes file = packed(PfxProfile::compatible, Secret{ByteView{"password"}});
    for (std::size_t at = 0; at < file.size(); at += 3) {
        Bytes damaged = file;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << (at % 8)));
        const Result<OpenedPfx> opened = open_pfx(damaged, "password");
        if (opened) CHECK(opened->certificate.thumbprint().size() == 40);
    }
}

TEST_CASE("the words for profiles come back as what they stand for", "[certs][pfx]")
{
    CHECK(pfx_profile_from(to_string(PfxProfile::compatible)).value() == PfxProfile::compatible);
    CHECK(pfx_profile_from(to_string(PfxProfile::modern)).value() == PfxProfile::modern);
    CHECK(pfx_profile_from("legacy").error().code() == Errc::unsupported);
}
