#include "certs/certificate.hpp"
#include "certs/digest.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;

bool contains(const Bytes& der, std::string_view hex_text)
{
    return hex(der).find(hex_text) != std::string::npos;
}

} // namespace

TEST_CASE("a self-signed certificate says what it was made with", "[certs][certificate]")
{
    const Certificate certificate = certificate_for(first_key(), "Mizo \xc3\xa9quipe");
    CHECK(certificate.common_name() == "Mizo \xc3\xa9quipe");
    CHECK(certificate.validity().not_before == some_day);
    CHECK(certificate.validity().not_after == some_day + std::chrono::days{398});
    CHECK(certificate.public_key().spki() == first_key().public_key().spki());
    CHECK(certificate.belongs_to(first_key()));
    CHECK_FALSE(certificate.belongs_to(second_key()));
}

TEST_CASE("a self-signed certificate is for signing only, is no CA, and has a key identifier",
          "[certs][certificate]")
{
    const Bytes der = certificate_for(first_key()).der();
    CHECK(contains(der, "0603551d0f0101ff040403020780")); // keyUsage, critical, digitalSignature
    CHECK(contains(der, "0603551d130101ff04023000"));     // basicConstraints, critical, CA false
    CHECK(contains(der, "0603551d0e04160414"));           // subjectKeyIdentifier of 20 bytes
}

TEST_CASE("serial numbers have 128 random bits and do not come twice", "[certs][certificate]")
{
    std::set<std::string> serials;
    for (int i = 0; i < 50; ++i) serials.insert(certificate_for(first_key()).serial_hex());
    CHECK(serials.size() == 50);
    for (const std::string& serial : serials) {
        CHECK(serial.size() == 34);
        CHECK(serial.starts_with("01"));
    }
}

TEST_CASE("validity is kept beyond the years that UTCTime can write", "[certs][certificate]")
{
    using namespace std::chrono;
    const sys_days early = year{1999} / 12 / 31;
    const sys_days late = year{2050} / 2 / 28;
    const Validity validity =
        Certificate::self_signed(first_key(), "x", {early + hours{23}, late + seconds{1}}).validity();
    CHECK(validity.not_before == early + hours{23});
    CHECK(validity.not_after == late + seconds{1});
}

TEST_CASE("a certificate comes back from PEM and DER with the same thumbprints", "[certs][certificate]")
{
    const Certificate made = certificate_for(first_key());
    const Certificate from_pem = Certificate::from_pem(made.pem()).value();
    const Certificate from_der = Certificate::from_der(made.der()).value();
    CHECK(from_pem.der() == made.der());
    CHECK(from_der.pem() == made.pem());
    CHECK(from_pem.thumbprint() == hex_upper(sha1(made.der())));
    CHECK(from_pem.thumbprint().size() == 40);
    CHECK(from_pem.fingerprint_sha256() == hex(sha256(made.der())));
    CHECK(Certificate::from_pem("before\n" + made.pem() + "after").value().der() == made.der());
}

TEST_CASE("what is no certificate is refused", "[certs][certificate]")
{
    const Bytes der = certificate_for(first_key()).der();
    Bytes longer = der;
    longer.push_back(0);
    CHECK(Certificate::from_der(longer).error().code() == Errc::malformed);
    CHECK(Certificate::from_der("").error().code() == Errc::malformed);
    CHECK(Certificate::from_der(ByteView{der}.subview(0, der.size() - 1)).error().code() == Errc::malformed);
    CHECK(Certificate::from_pem("").error().code() == Errc::malformed);
    CHECK(Certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
              .error()
              .code() == Errc::malformed);
}
