#include "certs/encoding.hpp"
#include "certs/pfx.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/store/certificates.hpp"
#include "tests/support/store_world.hpp"
#include "tests/unit/certs/signing.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace mizo;
using namespace std::chrono_literals;
using certs::CertificateState;
using custody::WebhookCertificates;

namespace {

// The certificates on a real store; `restart` is a new start of the daemon on the same store.
struct World : tests::StoreWorld {
    World() { restart(); }
    ~World() { certificates.reset(); }

    void restart(std::optional<certs::SealingKey> other_key = {})
    {
        certificates.reset();
        close();
        if (other_key) sealing_key = std::move(*other_key);
        open();
        make_anew();
    }
    void make_anew()
    {
        certificates = std::make_unique<WebhookCertificates>(
            WebhookCertificates::Parts{*writer, *readers, sealing_key, clock, random,
                                       base::Logger{log, "certificates"}, context.get_executor()},
            certs::RotationRules{});
        run(certificates->load());
    }
    void tick() { run(certificates->tick()); }

    std::string make() { return *run(certificates->make({})); }
    // As an administrator does: the file and its password.
    certs::OpenedPfx download(const std::string& id)
    {
        const auto file = run(certificates->pfx(id));
        const auto password = run(certificates->password(id));
        REQUIRE(file.has_value());
        REQUIRE(password.has_value());
        auto opened = certs::open_pfx(*file, *password);
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    store::CertificateRow stored(const std::string& id)
    {
        return *read([id](store::Database& db) { return store::find_certificate(db, id); });
    }
    CertificateState state(const std::string& id) { return certificates->find(id)->record.state; }

    std::unique_ptr<WebhookCertificates> certificates;
};

// A certificate that HaloPSA has, and the key it signs with.
struct Installed {
    explicit Installed(World& world) : id{world.make()}, opened{world.download(id)} {}

    std::string sign(const std::string& body) const
    {
        const auto key = certs::RsaKey::from_pkcs8(opened.private_key_pkcs8.view());
        const auto signature =
            certs::testing::sign(*key, certs::Hash::sha256, certs::Padding::pkcs1, certs::ByteView{body});
        return certs::base64(signature);
    }
    std::optional<custody::Signer> verified(World& world, const std::string& body = "body") const
    {
        return world.certificates->verify({sign(body), body, {}});
    }

    std::string id;
    certs::OpenedPfx opened;
};

template <class Result>
std::string code_of(const Result& result)
{
    return result.has_value() ? "" : result.error().code();
}

} // namespace

TEST_CASE("a certificate is accepted from its download on, and not before", "[custody][certificates]")
{
    World world;
    const std::string id = world.make();
    CHECK(world.state(id) == CertificateState::pending);
    CHECK(world.certificates->all().size() == 1);
    REQUIRE(world.certificates->keys().size() == 1);
    CHECK_FALSE(world.certificates->keys().front().accepted);
    CHECK(world.certificates->due() == certs::RotationNeed::install_certificate);

    const auto opened = world.download(id);
    CHECK(opened.certificate.thumbprint() == world.certificates->find(id)->thumbprint);
    CHECK(world.certificates->keys().front().accepted);
    CHECK(world.stored(id).downloaded == world.clock.wall());
}

TEST_CASE("only a key of 2048, 3072 or 4096 bits is made", "[custody][certificates]")
{
    World world;
    for (const int bits : {0, 1024, 2047, 8192}) {
        custody::CertificateOrder order;
        order.key_bits = bits;
        CHECK(code_of(world.run(world.certificates->make(order))) == "certificate.key_bits");
    }
    CHECK(world.certificates->all().empty());
}

TEST_CASE("the newest certificate stands first, in memory and after a restart", "[custody][certificates]")
{
    World world;
    const std::string first = world.make();
    world.clock.advance(1s);
    const std::string second = world.make();
    CHECK(world.certificates->all().front().record.id == second);
    world.restart();
    REQUIRE(world.certificates->all().size() == 2);
    CHECK(world.certificates->all()[0].record.id == second);
    CHECK(world.certificates->all()[1].record.id == first);
}

TEST_CASE("the first signature activates a certificate and destroys its private key",
          "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    const auto signer = halo.verified(world);
    REQUIRE(signer);
    CHECK(signer->id == halo.id);
    CHECK(signer->thumbprint == world.certificates->find(halo.id)->thumbprint);
    world.certificates->on_signature_seen(signer->id);
    CHECK(world.state(halo.id) == CertificateState::active);
    world.tick();

    const auto row = world.stored(halo.id);
    CHECK(row.state == "active");
    CHECK(row.signatures == 1);
    CHECK(row.first_used == world.clock.wall());
    CHECK(row.destroyed == world.clock.wall());
    CHECK_FALSE(row.sealed_pfx);
    CHECK_FALSE(row.sealed_password);
    CHECK(code_of(world.run(world.certificates->pfx(halo.id))) == "certificate.key_destroyed");
    CHECK(code_of(world.run(world.certificates->password(halo.id))) == "certificate.key_destroyed");
    CHECK(halo.verified(world));
}

TEST_CASE("what does not verify has no signer", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    const std::string signature = halo.sign("body");
    CHECK(world.certificates->verify({signature, "body", {}}));
    CHECK_FALSE(world.certificates->verify({signature, "bodY", {}}));
    CHECK_FALSE(world.certificates->verify({"", "body", {}}));
    CHECK_FALSE(world.certificates->verify({"%%%", "body", {}}));
    certs::SignatureScheme other;
    other.hash = certs::Hash::sha512;
    world.certificates->set_scheme(other);
    CHECK_FALSE(world.certificates->verify({signature, "body", {}}));
    world.certificates->set_scheme({});
    CHECK(world.certificates->verify({signature, "body", {}}));
}

TEST_CASE("a downloaded key that nobody signs with is destroyed after seven days", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    world.clock.advance(24h * 7 - 1ms);
    world.tick();
    CHECK(world.stored(halo.id).sealed_pfx);
    CHECK(world.run(world.certificates->pfx(halo.id)).has_value());
    world.clock.advance(1ms);
    CHECK(code_of(world.run(world.certificates->pfx(halo.id))) == "certificate.key_destroyed");
    world.tick();
    CHECK_FALSE(world.stored(halo.id).sealed_pfx);
    CHECK_FALSE(world.stored(halo.id).sealed_password);
    // HaloPSA has the key: what it signs is good.
    CHECK(halo.verified(world));
}

TEST_CASE("a certificate that never left is over after seven days", "[custody][certificates]")
{
    World world;
    const std::string id = world.make();
    world.clock.advance(24h * 7);
    world.tick();
    CHECK(world.state(id) == CertificateState::retired);
    CHECK_FALSE(world.stored(id).sealed_pfx);
    CHECK(world.certificates->due() == certs::RotationNeed::make_certificate);
}

TEST_CASE("signatures are counted in memory, and written after five seconds", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    world.certificates->on_signature_seen(halo.id);
    world.tick();
    world.certificates->on_signature_seen(halo.id);
    world.certificates->on_signature_seen(halo.id);
    world.clock.advance(5s - 1ms);
    world.tick();
    CHECK(world.stored(halo.id).signatures == 1);
    world.clock.advance(1ms);
    world.tick();
    CHECK(world.stored(halo.id).signatures == 3);
}

TEST_CASE("a wall clock that is set back does not hold up what is to be written", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    world.certificates->on_signature_seen(halo.id);
    world.tick();
    world.certificates->on_signature_seen(halo.id);
    world.clock.set_wall(world.clock.wall() - 24h);
    world.tick();
    CHECK(world.stored(halo.id).signatures == 2);
}

TEST_CASE("what could not be saved is saved by the next try", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    world.certificates->on_signature_seen(halo.id);
    world.write([](store::Database& db) {
        db.run("CREATE TRIGGER broken BEFORE UPDATE ON certificates BEGIN "
               "SELECT RAISE(ABORT, 'no'); END");
        return true;
    });
    CHECK_THROWS(world.tick());
    CHECK(world.state(halo.id) == CertificateState::active);
    CHECK(halo.verified(world));
    CHECK_THROWS(world.tick());
    world.write([](store::Database& db) {
        db.run("DROP TRIGGER broken");
        return true;
    });
    CHECK(world.stored(halo.id).sealed_pfx);
    world.tick();
    CHECK(world.stored(halo.id).state == "active");
    CHECK_FALSE(world.stored(halo.id).sealed_pfx);
}

TEST_CASE("a restart brings back the same certificates in the same states", "[custody][certificates]")
{
    World world;
    const Installed first{world};
    world.certificates->on_signature_seen(first.id);
    world.clock.advance(1s);
    const Installed second{world};
    world.certificates->on_signature_seen(second.id);
    world.clock.advance(1s);
    const std::string third = world.make();
    world.tick();
    CHECK(world.state(first.id) == CertificateState::retiring);

    const auto before = world.certificates->all();
    world.restart();
    REQUIRE(world.certificates->all().size() == before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto& was = before[i];
        const auto& is = world.certificates->all()[i];
        CHECK(is.record.id == was.record.id);
        CHECK(is.record.state == was.record.state);
        CHECK(is.record.left == was.record.left);
        CHECK(is.record.first_used == was.record.first_used);
        CHECK(is.record.last_used == was.record.last_used);
        CHECK(is.record.retiring_since == was.record.retiring_since);
        CHECK(is.record.signatures_seen == was.record.signatures_seen);
        CHECK(is.record.key_destroyed == was.record.key_destroyed);
        CHECK(is.thumbprint == was.thumbprint);
        CHECK(is.pem == was.pem);
    }
    // Both keys verify during the overlap.
    CHECK(first.verified(world)->id == first.id);
    CHECK(second.verified(world)->id == second.id);
    CHECK(world.run(world.certificates->pfx(third)).has_value());
}

TEST_CASE("another sealing key opens no PFX, and verifies all the same", "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    world.restart(certs::SealingKey::generate());
    CHECK(code_of(world.run(world.certificates->pfx(halo.id))) == "certificate.sealed");
    CHECK(code_of(world.run(world.certificates->password(halo.id))) == "certificate.sealed");
    CHECK(halo.verified(world));
    CHECK(code_of(world.run(world.certificates->make({}))).empty());
}

TEST_CASE("a sealed part that was moved to another certificate does not open", "[custody][certificates]")
{
    World world;
    const std::string first = world.make();
    const std::string second = world.make();
    world.write([&](store::Database& db) {
        db.run("UPDATE certificates SET sealed_pfx = "
               "(SELECT sealed_pfx FROM certificates ORDER BY id LIMIT 1)");
        return true;
    });
    const bool one = world.run(world.certificates->pfx(first)).has_value();
    const bool other = world.run(world.certificates->pfx(second)).has_value();
    CHECK(one != other);
}

TEST_CASE("a download that meets the first signature does not take the certificate back",
          "[custody][certificates]")
{
    World world;
    const Installed halo{world};
    std::optional<base::Result<std::string>> again;
    tests::asio::co_spawn(
        world.context, world.certificates->pfx(halo.id),
        [&](std::exception_ptr, base::Result<std::string> result) { again.emplace(std::move(result)); });
    world.context.restart();
    const auto busy = tests::asio::make_work_guard(world.context);
    world.context.run_one();
    REQUIRE_FALSE(again); // it waits for the store
    world.certificates->on_signature_seen(halo.id);
    while (!again) world.context.run_one();
    CHECK(code_of(*again) == "certificate.key_destroyed");
    CHECK(world.state(halo.id) == CertificateState::active);
    world.tick();
    world.restart();
    CHECK(world.state(halo.id) == CertificateState::active);
    CHECK_FALSE(world.stored(halo.id).sealed_pfx);
}

TEST_CASE("what is not there or over is told apart", "[custody][certificates]")
{
    World world;
    auto& certificates = *world.certificates;
    CHECK(code_of(world.run(certificates.pfx("none"))) == "certificate.not_found");
    CHECK(code_of(world.run(certificates.password("none"))) == "certificate.not_found");
    CHECK(code_of(world.run(certificates.retire("none"))) == "certificate.not_found");
    CHECK(code_of(world.run(certificates.revoke("none"))) == "certificate.not_found");
    CHECK(code_of(world.run(certificates.roll_back())) == "certificate.nothing_to_roll_back");

    const Installed halo{world};
    certificates.on_signature_seen(halo.id);
    CHECK(code_of(world.run(certificates.retire(halo.id))) == "certificate.state");
    CHECK(code_of(world.run(certificates.revoke(halo.id))).empty());
    CHECK_FALSE(halo.verified(world));
    CHECK(world.stored(halo.id).state == "revoked");
    CHECK(code_of(world.run(certificates.revoke(halo.id))) == "certificate.state");
}

TEST_CASE("a rotation that never got active is taken back, and the old one stays", "[custody][certificates]")
{
    World world;
    const Installed old{world};
    world.certificates->on_signature_seen(old.id);
    const Installed next{world};
    CHECK(code_of(world.run(world.certificates->roll_back())).empty());
    CHECK(world.state(next.id) == CertificateState::revoked);
    CHECK(world.state(old.id) == CertificateState::active);
    CHECK_FALSE(next.verified(world));
    CHECK(old.verified(world));
    CHECK_FALSE(world.stored(next.id).sealed_pfx);
}
