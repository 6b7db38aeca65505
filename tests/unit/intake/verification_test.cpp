#include "certs/digest.hpp"
#include "tests/unit/admin/admin_rig.hpp"
#include "tests/unit/intake/intake_world.hpp"

using namespace mizo;
using intake::AuthMode;
using tests::IntakeWorld;
using tests::webhook;

namespace {

const std::string body = R"({"event":"ticket changed","ticket":{"id":1}})";

web::Request with(web::Request request, const std::string& name, const std::string& value)
{
    request.head.headers.add(name, value);
    return request;
}

intake::VerificationRules rules_of(const config::Entries& entries)
{
    return intake::verification_rules(tests::settings_of(entries));
}

const config::Entries hmac{{"webhook.auth", "hmac"}, {"webhook.hmac_secret", "a-long-shared-secret"}};
const config::Entries basic{
    {"webhook.auth", "basic"}, {"webhook.basic_user", "halo"}, {"webhook.basic_password", "a-long-password"}};

std::string hmac_of(const std::string& text, const std::string& secret = "a-long-shared-secret")
{
    const auto mac = certs::hmac_sha256(certs::ByteView{secret}, certs::ByteView{text});
    return certs::base64(mac);
}

std::string basic_of(const std::string& credentials)
{
    return "Basic " + certs::base64(certs::ByteView{credentials});
}

// The explanation, held to the admin API's contract.
boost::json::value explained(IntakeWorld& world, const intake::VerificationRules& rules,
                             const web::Request& request, std::string_view code = {})
{
    const auto explanation = intake::explain(rules, world.certificates->keys(), request, code);
    const auto read = boost::json::parse(explanation.json);
    CHECK(admin::test::faults(read, "Verification") == "");
    CHECK(read.at("code").as_string() == explanation.code);
    CHECK(read.at("result").as_string() == "failed");
    return read;
}

std::string code_of(const boost::json::value& explanation)
{
    return std::string{explanation.at("code").as_string()};
}

std::vector<std::string> hints_of(const boost::json::value& explanation)
{
    std::vector<std::string> codes;
    for (const auto& hint : explanation.at("hints").as_array())
        codes.emplace_back(hint.at("code").as_string());
    return codes;
}

} // namespace

TEST_CASE("the rules of verification are those of the settings", "[intake][verification]")
{
    const auto rules = rules_of({{"webhook.signature_header", "X-Sig"},
                                 {"webhook.hash", "sha512"},
                                 {"webhook.padding", "pss"},
                                 {"webhook.encoding", "hex"},
                                 {"webhook.prefix", "sig="},
                                 {"webhook.bytes", "hash_text"}});
    CHECK(rules.mode == AuthMode::x509);
    CHECK(rules.header == "X-Sig");
    CHECK(rules.scheme.hash == certs::Hash::sha512);
    CHECK(rules.scheme.padding == certs::Padding::pss);
    CHECK(rules.scheme.encoding == certs::Encoding::hex);
    CHECK(rules.scheme.prefix == "sig=");
    CHECK(rules.scheme.bytes == certs::SignedBytes::hash_text);
    CHECK(rules_of(hmac).mode == AuthMode::hmac);
    CHECK(rules_of(hmac).hmac_secret == "a-long-shared-secret");
    CHECK(rules_of(basic).mode == AuthMode::basic);
    CHECK(rules_of(basic).basic_user == "halo");
    CHECK(rules_of(basic).basic_password == "a-long-password");
    CHECK(rules_of({}).header == "X-Signature");
    CHECK(rules_of({}).scheme == certs::SignatureScheme{});
}

TEST_CASE("a signature proves who signed, by which algorithm", "[intake][verification]")
{
    IntakeWorld world;
    const web::Request request = world.halo->sign(webhook(body));
    const auto proof = intake::verify(rules_of({}), *world.certificates, request);
    REQUIRE(proof);
    REQUIRE(proof->signer);
    CHECK(proof->signer->id == world.halo->id);
    CHECK(proof->algorithm == "RSASSA-PKCS1-v1_5-SHA256");
    CHECK(proof->signature == *request.head.headers.find("X-Signature"));
    const auto algorithm = [&](const config::Entries& entries) {
        const auto rules = rules_of(entries);
        world.certificates->set_scheme(rules.scheme);
        const auto hash = rules.scheme.hash;
        const auto found =
            intake::verify(rules, *world.certificates, world.halo->sign(webhook(body), "X-Signature", hash));
        return found ? found->algorithm : "";
    };
    CHECK(algorithm({{"webhook.hash", "sha384"}}) == "RSASSA-PKCS1-v1_5-SHA384");
    CHECK(algorithm({{"webhook.hash", "sha512"}}) == "RSASSA-PKCS1-v1_5-SHA512");
    CHECK(algorithm({{"webhook.hash", "sha1"}}) == "RSASSA-PKCS1-v1_5-SHA1");
    CHECK(algorithm({{"webhook.padding", "pss"}}).empty());
}

TEST_CASE("two different signatures prove nothing", "[intake][verification]")
{
    IntakeWorld world;
    const web::Request good = world.halo->sign(webhook(body));
    CHECK_FALSE(intake::verify(rules_of({}), *world.certificates, with(good, "x-signature", "AAAA")));
    CHECK_FALSE(intake::verify(rules_of({}), *world.certificates, webhook(body)));
    CHECK_FALSE(intake::verify(rules_of({}), *world.certificates, with(webhook(body), "X-Signature", "")));
}

TEST_CASE("an HMAC proves that the secret is known", "[intake][verification]")
{
    IntakeWorld world;
    const auto rules = rules_of(hmac);
    const auto proven = [&](const std::string& value) {
        return intake::verify(rules, *world.certificates, with(webhook(body), "X-Signature", value));
    };
    const auto proof = proven(hmac_of(body));
    REQUIRE(proof);
    CHECK_FALSE(proof->signer);
    CHECK(proof->algorithm == "HMAC-SHA256");
    CHECK_FALSE(proven(hmac_of(body + " ")));
    CHECK_FALSE(proven(hmac_of(body, "another secret")));
    CHECK_FALSE(proven(""));
    CHECK_FALSE(intake::verify(rules, *world.certificates, webhook(body)));
    // A certificate's signature is none of this way.
    CHECK_FALSE(intake::verify(rules, *world.certificates, world.halo->sign(webhook(body))));

    auto without_secret = rules;
    without_secret.hmac_secret.clear();
    CHECK_FALSE(intake::verify(without_secret, *world.certificates,
                               with(webhook(body), "X-Signature", hmac_of(body, ""))));
}

TEST_CASE("a user name and password prove that they are known", "[intake][verification]")
{
    IntakeWorld world;
    const auto rules = rules_of(basic);
    const auto proven = [&](const std::string& value) {
        return intake::verify(rules, *world.certificates, with(webhook(body), "Authorization", value))
            .has_value();
    };
    CHECK(proven(basic_of("halo:a-long-password")));
    CHECK_FALSE(proven(basic_of("halo:a-long-passwore")));
    CHECK_FALSE(proven(basic_of("hal0:a-long-password")));
    CHECK_FALSE(proven(basic_of("halo:")));
    CHECK_FALSE(proven("Bearer a-long-password"));
    CHECK_FALSE(proven(""));
    CHECK_FALSE(intake::verify(rules, *world.certificates, webhook(body)));
    CHECK_FALSE(intake::verify(rules, *world.certificates,
                               with(with(webhook(body), "Authorization", basic_of("halo:a-long-password")),
                                    "authorization", basic_of("halo:a-long-password"))));
    auto without_password = rules;
    without_password.basic_password.clear();
    CHECK_FALSE(intake::verify(without_password, *world.certificates,
                               with(webhook(body), "Authorization", basic_of("halo:"))));
}

TEST_CASE("why a signature was not taken is told by its code", "[intake][verification]")
{
    IntakeWorld world;
    const auto rules = rules_of({});
    CHECK(code_of(explained(world, rules, webhook(body))) == "signature_missing");
    const auto malformed = explained(world, rules, with(webhook(body), "X-Signature", "not base64!"));
    CHECK(code_of(malformed) == "signature_malformed");
    CHECK(malformed.at("header").at("length").as_int64() == 11);

    web::Request changed = world.halo->sign(webhook(body));
    changed.body += " ";
    const auto wrong = explained(world, rules, changed);
    CHECK(code_of(wrong) == "signature_wrong");
    CHECK(hints_of(wrong) == std::vector<std::string>{"hint_changed_body"});
    REQUIRE(wrong.at("tried").as_array().size() == 1);
    CHECK(wrong.at("tried").at(0).at("certificate_id").as_string() == world.halo->id);
    CHECK(wrong.at("scheme").at("hash").as_string() == "sha256");
    CHECK(wrong.at("method").as_string() == "x509");
    CHECK(code_of(explained(world, rules, world.halo->sign(webhook(body)), "too_old")) == "too_old");
}

TEST_CASE("an explanation hints at what would have verified", "[intake][verification]")
{
    IntakeWorld world;
    const auto hints = [&](const web::Request& request) {
        return hints_of(explained(world, rules_of({}), request));
    };
    using Hints = std::vector<std::string>;
    CHECK(hints(world.halo->sign(webhook(body), "X-Signature", certs::Hash::sha1)) == Hints{"hint_sha1"});
    CHECK(hints(world.halo->sign(webhook(body), "X-Signature", certs::Hash::sha512)) == Hints{"hint_scheme"});
    web::Request marked = world.halo->sign(webhook(body));
    marked.body.insert(0, "\xef\xbb\xbf");
    CHECK(hints(marked) == Hints{"hint_bom"});
    CHECK(hints(with(webhook(body), "X-Signature", "AAAA")) == Hints{"hint_length"});
    const web::Request good = world.halo->sign(webhook(body));
    world.certificates->on_signature_seen(world.halo->id);
    const tests::HaloKey next{world, *world.certificates};
    world.run(world.certificates->revoke(world.halo->id));
    CHECK(hints(good) == Hints{"hint_retired_certificate"});
}

TEST_CASE("without an accepted certificate the explanation says so", "[intake][verification]")
{
    IntakeWorld world;
    const web::Request good = world.halo->sign(webhook(body));
    world.run(world.certificates->revoke(world.halo->id));
    const auto none = explained(world, rules_of({}), good);
    CHECK(code_of(none) == "no_certificate");
    CHECK(none.at("tried").as_array().empty());
}

TEST_CASE("an HMAC or password that was not taken is explained without telling it", "[intake][verification]")
{
    IntakeWorld world;
    CHECK(code_of(explained(world, rules_of(hmac), webhook(body))) == "hmac_missing");
    const auto wrong = explained(world, rules_of(hmac), with(webhook(body), "X-Signature", "AAAA"));
    CHECK(code_of(wrong) == "hmac_wrong");
    CHECK(wrong.at("method").as_string() == "hmac");
    CHECK(wrong.at("hints").as_array().empty());

    const auto missing = explained(world, rules_of(basic), webhook(body));
    CHECK(code_of(missing) == "basic_missing");
    CHECK(missing.at("header").at("name").as_string() == "Authorization");
    CHECK_FALSE(missing.at("header").at("found").as_bool());
    const auto refused =
        explained(world, rules_of(basic), with(webhook(body), "Authorization", basic_of("halo:guess")));
    CHECK(code_of(refused) == "basic_wrong");
    CHECK(refused.at("scheme").is_null());
    CHECK(refused.at("header").at("found").as_bool());
    CHECK(boost::json::serialize(refused).find("guess") == std::string::npos);
    CHECK(boost::json::serialize(refused).find(
              certs::base64(certs::ByteView{std::string_view{"halo:guess"}})) == std::string::npos);
}
