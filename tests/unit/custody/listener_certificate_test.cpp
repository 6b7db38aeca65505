#include "certs/pfx.hpp"
#include "daemon/custody/listener_certificate.hpp"
#include "tests/support/store_world.hpp"
#include "tests/unit/certs/signing.hpp"

#include <catch2/catch.hpp>
#include <openssl/ssl.h>

#include <fstream>
#include <string>

using namespace mizo;
using namespace std::chrono_literals;
using custody::ListenerCertificate;

namespace {

const certs::ListenerNames names{{"relay.example", "localhost"}, {"127.0.0.1"}};

struct World : tests::StoreWorld {
    ListenerCertificate listener()
    {
        return ListenerCertificate{{*writer, *readers, sealing_key, clock, logger}};
    }

    std::string file(const std::string& bytes)
    {
        const std::string path = (folder / "listener").string();
        std::ofstream{path, std::ios::binary} << bytes;
        return path;
    }
    base::Logger logger{log, "listener"};
};

// The serial number of the certificate that a listener would show: one of its own for each that was made.
std::string serial_of(const net::TlsContext& tls)
{
    const ASN1_INTEGER* serial = X509_get0_serialNumber(SSL_CTX_get0_certificate(tls->native_handle()));
    return {reinterpret_cast<const char*>(serial->data), static_cast<std::size_t>(serial->length)};
}

std::string served(World& world, ListenerCertificate& listener, const certs::ListenerNames& for_names = names)
{
    const auto tls = world.run(listener.from_own_ca(for_names));
    REQUIRE(tls.has_value());
    return serial_of(*tls);
}

std::string code_of(const base::Result<net::TlsContext>& result)
{
    return result.has_value() ? "" : result.error().code();
}

} // namespace

TEST_CASE("the listener's certificate is made once and kept", "[custody][listener]")
{
    World world;
    ListenerCertificate first = world.listener();
    const std::string serial = served(world, first);
    CHECK(served(world, first) == serial);
    ListenerCertificate after_restart = world.listener();
    CHECK(served(world, after_restart) == serial);
    CHECK(after_restart.trust().ca_pem == first.trust().ca_pem);
    CHECK(after_restart.trust().ca_sha256 == first.trust().ca_sha256);
    CHECK(first.trust().ca_sha256.size() == 64);
    CHECK(first.trust().not_after < first.trust().ca_not_after);
    CHECK_FALSE(first.renewal_due());
}

TEST_CASE("a certificate that is due is renewed under the same CA", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    const std::string serial = served(world, listener);
    const std::string ca = listener.trust().ca_sha256;
    // Two thirds of 397 days and one before, counted from a day before it was made.
    world.clock.advance(24h * 255);
    CHECK_FALSE(listener.renewal_due());
    CHECK(served(world, listener) == serial);
    world.clock.advance(24h * 20);
    CHECK(listener.renewal_due());
    CHECK(served(world, listener) != serial);
    CHECK_FALSE(listener.renewal_due());
    CHECK(listener.trust().ca_sha256 == ca);
}

TEST_CASE("fewer names keep the certificate, other names need another CA", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    const std::string serial = served(world, listener);
    const std::string ca = listener.trust().ca_sha256;
    CHECK(served(world, listener, {{"relay.example"}, {}}) == serial);
    CHECK(served(world, listener, {{"other.example"}, {"127.0.0.1"}}) != serial);
    CHECK(listener.trust().ca_sha256 != ca);
    // What is below a name of the CA needs no new one.
    const std::string second_ca = listener.trust().ca_sha256;
    served(world, listener, {{"www.other.example"}, {"127.0.0.1"}});
    CHECK(listener.trust().ca_sha256 == second_ca);
}

TEST_CASE("what another key sealed is made anew", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    const std::string serial = served(world, listener);
    const certs::SealingKey other = certs::SealingKey::generate();
    ListenerCertificate with_other{{*world.writer, *world.readers, other, world.clock, world.logger}};
    CHECK(served(world, with_other) != serial);
    CHECK(with_other.trust().ca_sha256 != listener.trust().ca_sha256);
}

TEST_CASE("a name that is none is refused", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    CHECK(code_of(world.run(listener.from_own_ca({{"no name"}, {}}))) == "tls.names");
    CHECK(code_of(world.run(listener.from_own_ca({{}, {"999.1.1.1"}}))) == "tls.names");
}

TEST_CASE("a file of PEM or PFX is served, without a CA to import", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    const auto& key = certs::testing::first_key();
    const auto certificate = certs::testing::certificate_for(key, "relay.example");
    const auto key_pem = key.pem();
    const auto from_pem = listener.from_file(world.file(certificate.pem() + std::string{key_pem.text()}), "");
    REQUIRE(from_pem.has_value());
    CHECK(listener.trust().ca_pem.empty());
    CHECK(listener.trust().not_after);

    const certs::Secret password{certs::ByteView{std::string_view{"a password"}}};
    const auto pfx = certs::pack_pfx({key, certificate, "relay"}, password, certs::PfxProfile::modern);
    const std::string path = world.file({pfx.begin(), pfx.end()});
    const auto from_pfx = listener.from_file(path, "a password");
    REQUIRE(from_pfx.has_value());
    CHECK(serial_of(*from_pfx) == serial_of(*from_pem));
    CHECK(code_of(listener.from_file(path, "another")) == "tls.file");
    CHECK(code_of(listener.from_file(path, "")) == "tls.file");
}

TEST_CASE("a file that cannot be served is refused with what it must be", "[custody][listener]")
{
    World world;
    ListenerCertificate listener = world.listener();
    const auto& key = certs::testing::first_key();
    const auto certificate = certs::testing::certificate_for(key);
    const std::string key_pem{key.pem().text()};
    const std::string other_pem{certs::testing::second_key().pem().text()};
    CHECK(code_of(listener.from_file((world.folder / "none").string(), "")) == "tls.file");
    CHECK(code_of(listener.from_file(world.folder.path().string(), "")) == "tls.file");
    CHECK(code_of(listener.from_file(world.file(""), "")) == "tls.file");
    CHECK(code_of(listener.from_file(world.file("no certificate"), "")) == "tls.file");
    CHECK(code_of(listener.from_file(world.file(key_pem), "")) == "tls.file");
    CHECK(code_of(listener.from_file(world.file(certificate.pem()), "")) == "tls.certificate");
    CHECK(code_of(listener.from_file(world.file(certificate.pem() + other_pem), "")) == "tls.certificate");

    const std::string good = certificate.pem() + key_pem;
    CHECK(code_of(listener.from_file(world.file(good + std::string(64 * 1024 - good.size(), '\n')), ""))
              .empty());
    CHECK(code_of(listener.from_file(world.file(good + std::string(64 * 1024 - good.size() + 1, '\n')),
                                     "")) == "tls.file");
}
