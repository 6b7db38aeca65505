#include "certs/digest.hpp"
#include "certs/random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace {

using namespace mizo::certs;

} // namespace

TEST_CASE("digests are those of the standards' examples", "[certs][digest]")
{
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("HMAC-SHA256 is that of RFC 4231, and takes an empty key", "[certs][digest]")
{
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(hmac_sha256("", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hmac_sha256("", "a") != hmac_sha256("k", "a"));
}

TEST_CASE("a digest of pieces is the digest of the whole, and the hasher can be used again",
          "[certs][digest]")
{
    Sha256Hasher hasher;
    for (int round = 0; round < 2; ++round) {
        hasher.update("a");
        hasher.update("");
        hasher.update("bc");
        CHECK(hasher.finish() == sha256("abc"));
    }
}

TEST_CASE("comparing in constant time compares contents and lengths", "[certs][digest]")
{
    CHECK(equal_in_constant_time("same", "same"));
    CHECK(equal_in_constant_time("", ""));
    CHECK_FALSE(equal_in_constant_time("same", "sama"));
    CHECK_FALSE(equal_in_constant_time("same", "sam"));
    CHECK_FALSE(equal_in_constant_time("sam", "same"));
}

TEST_CASE("random texts have the length asked for and do not come twice", "[certs][random]")
{
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(random_token(16));
    CHECK(seen.size() == 100);
    CHECK(seen.begin()->size() == 22);
    CHECK(random_bytes(0).empty());
    CHECK(random_alphanumeric(0).empty());
}

TEST_CASE("random alphanumeric text uses every letter and digit about equally", "[certs][random]")
{
    const std::string text = random_alphanumeric(62'000);
    CHECK(text.size() == 62'000);
    CHECK(std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
    // Each is expected 1,000 times with a standard deviation of 31.5: 200 off is 6 of them.
    for (const char c : std::set<char>(text.begin(), text.end())) {
        CHECK(std::abs(std::count(text.begin(), text.end(), c) - 1000) < 200);
    }
    CHECK(std::set<char>(text.begin(), text.end()).size() == 62);
}
