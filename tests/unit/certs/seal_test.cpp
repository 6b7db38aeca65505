#include "certs/seal.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <type_traits>

namespace {

using namespace mizo::certs;

Errc refusal(const SealingKey& key, ByteView sealed, ByteView bound_to)
{
    const Result<Secret> opened = open_sealed(key, sealed, bound_to);
    REQUIRE_FALSE(opened.has_value());
    return opened.error().code();
}

} // namespace

TEST_CASE("what is sealed opens with the same key and row", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    CHECK(open_sealed(key, seal(key, "client secret", "settings/7"), "settings/7")->text() ==
          "client secret");
    CHECK(open_sealed(key, seal(key, "", "row"), "row")->text() == "");
    CHECK(open_sealed(key, seal(key, "unbound", ""), "")->text() == "unbound");
}

TEST_CASE("a sealing key kept elsewhere opens what it sealed before", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    const Bytes sealed = seal(key, "secret", "1");
    const Result<SealingKey> again = SealingKey::from_bytes(key.bytes());
    REQUIRE(again.has_value());
    CHECK(open_sealed(*again, sealed, "1")->text() == "secret");
    CHECK_FALSE(SealingKey::from_bytes(std::string(31, 'k')).has_value());
    CHECK_FALSE(SealingKey::from_bytes(std::string(33, 'k')).has_value());
}

TEST_CASE("the same secret sealed twice looks different, and never shows its text", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    const Bytes once = seal(key, "secret", "1");
    CHECK(once != seal(key, "secret", "1"));
    CHECK(ByteView{once}.text().find("secret") == std::string_view::npos);
}

TEST_CASE("a sealed value does not open for another row or with another key", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    const Bytes sealed = seal(key, "secret", "row 1");
    CHECK(refusal(key, sealed, "row 2") == Errc::tampered);
    CHECK(refusal(key, sealed, "") == Errc::tampered);
    CHECK(refusal(SealingKey::generate(), sealed, "row 1") == Errc::tampered);
}

TEST_CASE("no single flipped bit of a sealed value goes unnoticed", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    const Bytes sealed = seal(key, "secret", "row");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes altered = sealed;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
        CAPTURE(bit);
        CHECK(refusal(key, altered, "row") == (bit < 8 ? Errc::unsupported : Errc::tampered));
    }
}

TEST_CASE("a sealed value cut short is refused at every length", "[certs][seal]")
{
    const SealingKey key = SealingKey::generate();
    const Bytes sealed = seal(key, "secret", "row");
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        CAPTURE(size);
        const Errc expected = size < 29 ? Errc::malformed : Errc::tampered;
        CHECK(refusal(key, ByteView{sealed}.subview(0, size), "row") == expected);
    }
}

TEST_CASE("a secret cannot be copied by accident", "[certs][seal]")
{
    STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Secret>);
    Secret first{ByteView{"once"}};
    const Secret second = std::move(first);
    CHECK(second.text() == "once");
    CHECK(second.clone().text() == "once");
}
