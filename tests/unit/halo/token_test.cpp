#include "daemon/halo/token.hpp"

#include <catch2/catch.hpp>

namespace mizo::halo {

namespace {

using namespace std::chrono_literals;

const std::string hosted = "https://msp.halopsa.com";

TokenEndpoint told(const std::string& base, const std::string& auth_url, const std::string& tenant = "")
{
    return token_endpoint(base, 200, R"({"auth_url":")" + auth_url + R"(","tenant_id":")" + tenant + R"("})");
}

std::string code_of(int status, const std::string& body)
{
    const auto token = read_token(status, body);
    return token ? "" : token.error().code();
}

} // namespace

TEST_CASE("tokens are asked for where HaloPSA says, with its tenant", "[halo][token]")
{
    CHECK(told(hosted, hosted + "/auth/", "msp one").url == hosted + "/auth/token?tenant=msp%20one");
    CHECK(told(hosted, hosted + "/auth").url == hosted + "/auth/token");
    CHECK(told(hosted, "https://auth.halopsa.com").told);
    CHECK(told("https://halo.msp.example", "https://halo.msp.example:8443/auth").url ==
          "https://halo.msp.example:8443/auth/token");
}

TEST_CASE("without discovery, an installation's own address is used", "[halo][token]")
{
    const std::string own = "https://halo.msp.example/psa/";
    CHECK(authinfo_url(own) == "https://halo.msp.example/psa/api/authinfo");
    for (const auto& endpoint :
         {token_endpoint(own, 404, ""), token_endpoint(own, 200, "<html></html>"),
          token_endpoint(own, 200, "{}"), token_endpoint(own, 302, R"({"auth_url":"https://x"})")}) {
        CHECK(endpoint.url == "https://halo.msp.example/psa/auth/token");
        CHECK_FALSE(endpoint.told);
    }
}

TEST_CASE("no other host gets the client's secret", "[halo][token]")
{
    for (const char* elsewhere :
         {"https://evil.example/auth", "https://msp.halopsa.com.evil.example", "https://evilhalopsa.com",
          "https://msp.halopsa.com@evil.example/auth", "http://msp.halopsa.com/auth", "//evil.example",
          "https://halo.msp.example\r\n", "https://evil.example#msp.halopsa.com", "ftp://msp.halopsa.com"}) {
        CAPTURE(elsewhere);
        CHECK(told(hosted, elsewhere).url == hosted + "/auth/token");
    }
    CHECK(told(hosted, "https://evil.example/auth").refused_host == "evil.example");
    CHECK(told("https://halo.msp.example", "https://auth.halopsa.com").refused_host == "auth.halopsa.com");
}

TEST_CASE("a token is read with its life and what was granted", "[halo][token]")
{
    const auto token =
        read_token(200, R"({"access_token":"abc.def","token_type":"bearer","expires_in":"3600",)"
                        R"("scope":"read:kb edit:kb"})");
    REQUIRE(token.has_value());
    CHECK(token->access.reveal() == "abc.def");
    CHECK(token->life == 3600s);
    CHECK(token->granted == Scopes{"read:kb", "edit:kb"});
    CHECK(read_token(200, R"({"access_token":"x","expires_in":1})")->life == 30s);
    CHECK(read_token(200, R"({"access_token":"x","expires_in":9999999})")->life == 24h);
}

TEST_CASE("an answer without a usable token is told so", "[halo][token]")
{
    for (const char* body : {"", "<html>", "[]", "{}", R"({"access_token":""})", R"({"access_token":7})",
                             R"({"access_token":"a\r\nb"})", R"({"access_token":"x","token_type":"mac"})"}) {
        CAPTURE(body);
        CHECK(code_of(200, body) == "halo_answer_unexpected");
    }
}

TEST_CASE("a refused token request is told by its cause", "[halo][token]")
{
    CHECK(code_of(401, R"({"error":"invalid_client"})") == "halo_credentials_refused");
    CHECK(code_of(400, R"({"error":"invalid_client","error_description":"no"})") ==
          "halo_credentials_refused");
    CHECK(code_of(400, R"({"error":"invalid_scope"})") == "halo_scopes_refused");
    CHECK(code_of(400, R"({"error":"invalid_request"})") == "halo_scopes_refused");
    CHECK(code_of(401, "<html><title>401</title></html>") == "halo_credentials_refused");
    CHECK(code_of(400, "<html></html>") == "halo_answer_unexpected");
    CHECK(code_of(429, "") == "halo_rate_limited");
    CHECK(code_of(302, "") == "halo_answer_unexpected");
    CHECK(code_of(500, "") == "halo_answer_unexpected");
}

TEST_CASE("a request's form holds everything escaped", "[halo][token]")
{
    CHECK(token_request("id", "s+e&c r=t", {"read:kb", "edit:kb"}).reveal() ==
          "grant_type=client_credentials&client_id=id&client_secret=s%2Be%26c%20r%3Dt&"
          "scope=read%3Akb%20edit%3Akb");
}

TEST_CASE("a token is renewed at 85 % of its life, and not used in its last minute", "[halo][token]")
{
    const base::SteadyTime got{1000h};
    CHECK(token_times(3600s, got).renew_at == got + 3060s);
    CHECK(token_times(3600s, got).ends == got + 3540s);
    CHECK(token_times(60s, got).renew_at == got + 51s);
    CHECK(token_times(60s, got).ends == got + 54s);
}

} // namespace mizo::halo
