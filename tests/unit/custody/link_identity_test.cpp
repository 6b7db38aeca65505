#include "certs/encoding.hpp"
#include "daemon/custody/link_identity.hpp"
#include "tests/support/store_world.hpp"
#include "tests/unit/certs/signing.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace mizo;
using custody::LinkIdentity;

namespace {

constexpr const char* relay_id = "7b0c3c1e-8f5a-4c7e-9a53-0a1b2c3d4e5f";
constexpr const char* url = "wss://Link.Example:8443/link/v1/connect";

struct World : tests::StoreWorld {
    LinkIdentity identity() { return LinkIdentity{{*writer, *readers, sealing_key, clock, random}}; }
};

} // namespace

TEST_CASE("an identity is nobody until it is enrolled", "[custody][identity]")
{
    World world;
    LinkIdentity identity = world.identity();
    CHECK(world.run(identity.load()).has_value());
    CHECK_FALSE(identity.enrolled());
    CHECK(identity.bearer(url).error().code() == "link_not_enrolled");
}

TEST_CASE("an enrolled identity is the same after a restart", "[custody][identity]")
{
    World world;
    certs::P256Key key = certs::P256Key::generate();
    const auto pkcs8 = key.pkcs8();
    LinkIdentity made = world.identity();
    world.run(made.enroll(*certs::P256Key::from_pkcs8(pkcs8.view()), relay_id, url));
    CHECK(made.enrolled());

    LinkIdentity loaded = world.identity();
    REQUIRE(world.run(loaded.load()).has_value());
    CHECK(loaded.enrolled());
    CHECK(loaded.relay_id() == relay_id);
    CHECK(loaded.connect_url() == url);
    CHECK(loaded.enrolled_at() == world.clock.wall());

    // Its token is signed with the key that was enrolled.
    const auto token = loaded.bearer(url);
    REQUIRE(token.has_value());
    const std::string text{token->reveal()};
    const auto last = text.rfind('.');
    const auto signature = certs::from_base64url(text.substr(last + 1));
    REQUIRE(signature.has_value());
    CHECK(certs::testing::es256_verifies(key, *signature, std::string_view{text}.substr(0, last)));
    const auto first = text.find('.');
    const auto claims = certs::from_base64url(text.substr(first + 1, last - first - 1));
    const auto read = boost::json::parse(certs::ByteView{*claims}.text());
    CHECK(read.at("sub").as_string() == relay_id);
    CHECK(read.at("aud").as_string() == "link.example");
}

TEST_CASE("no two tokens are the same", "[custody][identity]")
{
    World world;
    LinkIdentity identity = world.identity();
    world.run(identity.enroll(certs::P256Key::generate(), relay_id, url));
    const std::string first{identity.bearer(url)->reveal()};
    const std::string second{identity.bearer(url)->reveal()};
    CHECK(first.substr(0, first.rfind('.')) != second.substr(0, second.rfind('.')));
}

TEST_CASE("a forgotten identity stays forgotten", "[custody][identity]")
{
    World world;
    LinkIdentity identity = world.identity();
    world.run(identity.enroll(certs::P256Key::generate(), relay_id, url));
    world.run(identity.forget());
    CHECK_FALSE(identity.enrolled());
    CHECK(identity.relay_id().empty());
    CHECK(identity.bearer(url).error().code() == "link_not_enrolled");
    LinkIdentity loaded = world.identity();
    CHECK(world.run(loaded.load()).has_value());
    CHECK_FALSE(loaded.enrolled());
}

TEST_CASE("an identity that another key sealed is none, and says so", "[custody][identity]")
{
    World world;
    LinkIdentity identity = world.identity();
    world.run(identity.enroll(certs::P256Key::generate(), relay_id, url));
    const certs::SealingKey other = certs::SealingKey::generate();
    LinkIdentity loaded{{*world.writer, *world.readers, other, world.clock, world.random}};
    const auto result = world.run(loaded.load());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code() == "link.key_sealed");
    CHECK_FALSE(loaded.enrolled());
}

TEST_CASE("a token is for a link's address only", "[custody][identity]")
{
    World world;
    LinkIdentity identity = world.identity();
    world.run(identity.enroll(certs::P256Key::generate(), relay_id, url));
    for (const std::string bad : {"", "link.example", "wss://", "wss://user@link.example/"})
        CHECK_FALSE(identity.bearer(bad).has_value());
}
