#include "certs/encoding.hpp"
#include "certs/verify.hpp"
#include "tests/support/source_dir.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace mizo::certs;

boost::json::value read_vectors()
{
    std::ifstream file{mizo::tests::source_dir() / "tests/vectors/rsa_signature_2048_sha256_test.json"};
    REQUIRE(file.good());
    return boost::json::parse(std::string{std::istreambuf_iterator<char>{file}, {}});
}

std::string_view member(const boost::json::value& object, std::string_view name)
{
    return object.at(name).as_string();
}

} // namespace

TEST_CASE("the verifier answers all 259 cases of Wycheproof as they say, and refuses the acceptable one",
          "[certs][verify]")
{
    const boost::json::value vectors = read_vectors();
    SignatureScheme scheme;
    scheme.encoding = Encoding::hex;
    int accepted = 0;
    int refused = 0;
    for (const boost::json::value& group : vectors.at("testGroups").as_array()) {
        const Bytes spki = from_hex(member(group, "publicKeyDer")).value();
        Verifier verifier{scheme, {PublicKey::from_spki(spki).value()}};
        for (const boost::json::value& vector : group.at("tests").as_array()) {
            INFO("case " << vector.at("tcId").as_int64() << ": " << member(vector, "comment"));
            const Bytes message = from_hex(member(vector, "msg")).value();
            const bool verified = verifier.verify({member(vector, "sig"), message, {}}).has_value();
            CHECK(verified == (member(vector, "result") == "valid"));
            ++(verified ? accepted : refused);
        }
    }
    CHECK(accepted == 9);
    CHECK(refused == 250);
}
