#include "certs/encoding.hpp"
#include "daemon/relay/token.hpp"

#include <catch2/catch.hpp>

namespace mizo::relay {

namespace {

std::string decoded(std::string_view part)
{
    const auto bytes = certs::from_base64url(part).value();
    return {bytes.begin(), bytes.end()};
}

const PublicKey key{"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"};
const TokenClaims claims{"7b0c", "link.example", "jti-1", base::from_ms(1'795'000'000'999)};

} // namespace

TEST_CASE("a token says who, to whom and for how long, and signs exactly that", "[token]")
{
    std::string signed_text;
    const auto token = bearer_token(claims, key, [&](std::string_view text) -> base::Result<std::string> {
        signed_text = text;
        return std::string(64, 's');
    });
    REQUIRE(token.has_value());
    const auto first = token->find('.');
    const auto second = token->find('.', first + 1);
    CHECK(signed_text == token->substr(0, second));
    CHECK(decoded(token->substr(0, first)) ==
          R"({"alg":"ES256","typ":"JWT","kid":")" + jwk_thumbprint(key) + R"("})");
    CHECK(decoded(token->substr(first + 1, second - first - 1)) ==
          R"({"iss":"7b0c","sub":"7b0c","aud":"link.example",)"
          R"("iat":1795000000,"exp":1795000300,"jti":"jti-1"})");
    CHECK(decoded(token->substr(second + 1)) == std::string(64, 's'));
}

TEST_CASE("a signature that is none makes no token", "[token]")
{
    const Es256Signer wrong = [](std::string_view) { return base::Result<std::string>{"short"}; };
    const Es256Signer failing = [](std::string_view) -> base::Result<std::string> {
        return base::Error{base::Errc::unavailable, "key", "no key"};
    };
    CHECK_FALSE(bearer_token(claims, key, wrong).has_value());
    CHECK_FALSE(bearer_token(claims, key, failing).has_value());
}

TEST_CASE("the thumbprint is over the members in the one order of RFC 7638", "[token]")
{
    CHECK(jwk(key) == R"({"crv":"P-256","kty":"EC","x":")" + key.x + R"(","y":")" + key.y + R"("})");
    // As openssl dgst -sha256 gives it over that text.
    CHECK(jwk_thumbprint(key) == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST_CASE("the host of a link URL is what the token is for", "[token]")
{
    CHECK(host_of("wss://Link.Example:8443/link/v1/connect").value() == "link.example");
    CHECK(host_of("wss://link.example").value() == "link.example");
    CHECK(host_of("wss://link.example?x").value() == "link.example");
    CHECK(host_of("ws://[::1]:80/x").value() == "::1");
}

TEST_CASE("a link URL is wss, or ws to a loopback address, and nothing else", "[token]")
{
    for (const auto* good : {"wss://link.example/", "WSS://link.example:443/", "ws://127.0.0.1:9/x",
                             "ws://localhost/", "ws://[::1]/"}) {
        INFO(good);
        CHECK(check_link_url(good).has_value());
    }
    for (const auto* bad : {"ws://link.example/", "https://link.example/", "link.example", "wss://",
                            "wss:///x", "wss://user@link.example/", "wss://link.example:0/",
                            "wss://link.example:65536/", "wss://link.example:8x/", "wss://link.example/#x",
                            "wss://link example/", "wss://[::1", "wss://[::1]x/", "wss://[link]/",
                            "ws://127.evil.example/", "ws://localhost.evil/", "wss://link.example/\n"}) {
        INFO(bad);
        CHECK_FALSE(check_link_url(bad).has_value());
    }
    const std::string longest = "wss://link.example/" + std::string(2048 - 19, 'x');
    CHECK(check_link_url(longest).has_value());
    CHECK_FALSE(check_link_url(longest + "x").has_value());
}

} // namespace mizo::relay
