#include "certs/digest.hpp"
#include "certs/listener_ca.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace {

using namespace mizo::certs;
using namespace mizo::certs::testing;
using namespace std::chrono_literals;
using std::chrono::days;

const ListenerNames names{{"relay.example.com", "relay"}, {"192.0.2.7", "2001:db8::7"}};

const KeyedCertificate& ca()
{
    static const KeyedCertificate made = make_listener_ca("Mizo Relay CA", names, some_day).value();
    return made;
}

using OwnedX509 = std::unique_ptr<X509, decltype(&X509_free)>;

OwnedX509 parsed(const Certificate& certificate)
{
    const Bytes der = certificate.der();
    const std::uint8_t* at = der.data();
    return {d2i_X509(nullptr, &at, static_cast<long>(der.size())), &X509_free};
}

// What a TLS client that trusts the authority finds at this time: OpenSSL's own verification code.
int chain_fault(const Certificate& leaf, const Certificate& authority, Time at)
{
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store{X509_STORE_new(), &X509_STORE_free};
    const OwnedX509 trusted = parsed(authority);
    const OwnedX509 presented = parsed(leaf);
    X509_STORE_add_cert(store.get(), trusted.get());
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context{X509_STORE_CTX_new(),
                                                                                  &X509_STORE_CTX_free};
    REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), presented.get(), nullptr) == 1);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(at));
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_X509_STRICT);
    return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

} // namespace

TEST_CASE("a client that trusts the authority accepts the listener's certificate", "[certs][listener_ca]")
{
    const KeyedCertificate leaf = issue_listener_certificate(ca(), names, some_day).value();
    CHECK(chain_fault(leaf.certificate, ca().certificate, some_day) == X509_V_OK);
    CHECK(covers(leaf.certificate, names));
    CHECK(leaf.certificate.belongs_to(leaf.key));
    CHECK(leaf.certificate.common_name() == "relay.example.com");
    CHECK(leaf.key.bits() == 2048);
    CHECK(leaf.certificate.validity().not_after - leaf.certificate.validity().not_before == days{397});
    CHECK(ca().certificate.validity().not_after == some_day + days{3651});
    CHECK_FALSE(covers(leaf.certificate, {{"other.example.com"}, {}}));
    CHECK_FALSE(covers(leaf.certificate, {{}, {"192.0.2.8"}}));
}

TEST_CASE("a name-constrained authority issues for no other names", "[certs][listener_ca]")
{
    const auto refusal = [](const ListenerNames& wanted) {
        return issue_listener_certificate(ca(), wanted, some_day).error().code();
    };
    CHECK(refusal({{"example.com"}, {}}) == Errc::mismatch);
    CHECK(refusal({{"relay.example.com", "bank.example"}, {}}) == Errc::mismatch);
    CHECK(refusal({{}, {"192.0.2.8"}}) == Errc::mismatch);
    CHECK(refusal({{}, {"2001:db8::8"}}) == Errc::mismatch);
    CHECK(issue_listener_certificate(ca(), {{"below.relay.example.com"}, {}}, some_day).has_value());
}

TEST_CASE("an authority made for one kind of name issues for no name of another kind", "[certs][listener_ca]")
{
    const KeyedCertificate dns_only = make_listener_ca("CA", {{"relay"}, {}}, some_day).value();
    CHECK_FALSE(issue_listener_certificate(dns_only, {{}, {"192.0.2.7"}}, some_day).has_value());
    CHECK_FALSE(issue_listener_certificate(dns_only, {{}, {"::1"}}, some_day).has_value());
    const KeyedCertificate address_only = make_listener_ca("CA", {{}, {"192.0.2.7"}}, some_day).value();
    CHECK_FALSE(issue_listener_certificate(address_only, {{"relay"}, {}}, some_day).has_value());
    CHECK_FALSE(issue_listener_certificate(address_only, {{}, {"::1"}}, some_day).has_value());
    const KeyedCertificate leaf =
        issue_listener_certificate(address_only, {{}, {"192.0.2.7"}}, some_day).value();
    CHECK(chain_fault(leaf.certificate, address_only.certificate, some_day) == X509_V_OK);
}

TEST_CASE("the listener's certificate never outlives its authority", "[certs][listener_ca]")
{
    const Time late = ca().certificate.validity().not_after - days{10};
    const KeyedCertificate leaf = issue_listener_certificate(ca(), names, late).value();
    CHECK(leaf.certificate.validity().not_after == ca().certificate.validity().not_after);
}

TEST_CASE("what is no name or no address is refused", "[certs][listener_ca]")
{
    for (const std::string& wrong : {std::string{}, std::string{"a..b"}, std::string{".a"}, std::string{"a."},
                                     std::string{"*.example.com"}, std::string{"a b"}, std::string{"a,DNS:b"},
                                     std::string{"-a"}, std::string{"a_b"}, std::string(64, 'a')}) {
        CAPTURE(wrong);
        CHECK(make_listener_ca("CA", {{wrong}, {}}, some_day).error().code() == Errc::malformed);
    }
    for (const char* wrong : {"", "1.2.3", "1.2.3.256", "1.2.3.4,DNS:x", "relay", "12345::"}) {
        CAPTURE(wrong);
        CHECK(make_listener_ca("CA", {{}, {wrong}}, some_day).error().code() == Errc::malformed);
    }
    CHECK(make_listener_ca("CA", {}, some_day).error().code() == Errc::malformed);
    CHECK(make_listener_ca("", names, some_day).error().code() == Errc::malformed);
    CHECK(make_listener_ca("CA", {std::vector<std::string>(33, "a"), {}}, some_day).error().code() ==
          Errc::malformed);
    CHECK(make_listener_ca("CA", {std::vector<std::string>(32, "a"), {}}, some_day).has_value());
}

TEST_CASE("the listener's certificate is due at two thirds of its life, or when the clock went back",
          "[certs][listener_ca]")
{
    const Validity validity{some_day, some_day + days{100}};
    CHECK(listener_renewal_due(validity, some_day - 1s));
    CHECK_FALSE(listener_renewal_due(validity, some_day));
    CHECK_FALSE(listener_renewal_due(validity, some_day + days{66} - 1s));
    CHECK(listener_renewal_due(validity, some_day + days{66}));
    CHECK(listener_renewal_due(validity, some_day + days{101}));
}

TEST_CASE("a private key is written as PEM for the listener", "[certs][listener_ca]")
{
    const Secret pem = first_key().pem();
    CHECK(pem.text().starts_with("-----BEGIN PRIVATE KEY-----\nMII"));
    CHECK(pem.text().ends_with("-----END PRIVATE KEY-----\n"));
    std::string text;
    for (const char c : pem.text().substr(28, pem.size() - 28 - 26)) text += c == '\n' ? "" : std::string{c};
    CHECK(from_base64(text).value() == first_key().pkcs8().view().copy());
}
