#include "certs/password.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace {

using namespace mizo::certs;

} // namespace

TEST_CASE("a password matches its own hash and no other", "[certs][password]")
{
    const std::string hash = hash_password("correct horse battery staple");
    CHECK(hash.starts_with("$scrypt$ln=17,r=8,p=1$"));
    CHECK(password_matches("correct horse battery staple", hash));
    CHECK_FALSE(password_matches("correct horse battery stapl", hash));
    CHECK(hash != hash_password("correct horse battery staple"));
}

TEST_CASE("a hash that asks for other work than ours, or is none, matches nothing", "[certs][password]")
{
    const std::string salt(22, 'A');
    const std::string digest(43, 'A');
    for (const std::string& hash :
         {std::string{}, std::string{"$scrypt$"}, "$scrypt$ln=31,r=8,p=1$" + salt + "$" + digest,
          "$scrypt$ln=17,r=8,p=1$" + salt, "$scrypt$ln=17,r=8,p=1$" + salt + "$",
          "$scrypt$ln=17,r=8,p=1$$" + digest, "$scrypt$ln=17,r=8,p=1$" + salt + "$" + digest + "A"}) {
        CAPTURE(hash);
        CHECK_FALSE(password_matches("", hash));
    }
}
