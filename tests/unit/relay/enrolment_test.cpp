#include "daemon/relay/enrolment.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace mizo;

namespace {

constexpr const char* relay_id = "7b0c3c1e-8f5a-4c7e-9a53-0a1b2c3d4e5f";

net::HttpAnswer answer(int status, std::string body = "")
{
    return {status, {}, std::move(body)};
}

std::string created(const std::string& id, const std::string& url)
{
    return "{\"relay_id\":\"" + id + "\",\"connect_url\":\"" + url + "\"}";
}

std::string code_of(const net::HttpAnswer& answer)
{
    const auto read = relay::read_enrolment(answer);
    return read ? "" : read.error().code();
}

} // namespace

TEST_CASE("whatever form of the cloud's address is given, the enrolment's address is the same",
          "[relay][enrolment]")
{
    for (const std::string given :
         {"https://link.example", "https://link.example/", "https://link.example/link/v1/enroll",
          "wss://link.example/link/v1/connect", "https://link.example:443/anything?x=1"}) {
        INFO(given);
        const auto url = relay::enrolment_url(given);
        REQUIRE(url.has_value());
        CHECK(*url == "https://link.example/link/v1/enroll");
    }
    CHECK(*relay::enrolment_url("wss://link.example:8443/x") == "https://link.example:8443/link/v1/enroll");
    CHECK(*relay::enrolment_url("ws://127.0.0.1:9000") == "http://127.0.0.1:9000/link/v1/enroll");
}

TEST_CASE("what is no address of a cloud is refused before anything is sent", "[relay][enrolment]")
{
    for (const std::string given :
         {"", "link.example", "ftp://link.example", "https://", "https:// link.example",
          "https://user:secret@link.example", "javascript:alert(1)", "wss:/link"}) {
        INFO(given);
        const auto url = relay::enrolment_url(given);
        REQUIRE_FALSE(url.has_value());
        CHECK(url.error().kind() == base::Errc::invalid);
        CHECK(url.error().code() == "value_url");
    }
}

TEST_CASE("an enrolment asks with the code, the public key and what the relay is", "[relay][enrolment]")
{
    relay::Settings settings;
    settings.version = "1.2.3";
    settings.os = "Debian \"12\"";
    const auto asked = boost::json::parse(
        relay::enrolment_request(base::Secret{"AB\"CD"}, certs::EcJwk{"the-x", "the-y"}, settings));
    CHECK(asked == boost::json::parse(R"({"code":"AB\"CD","name":"mizo-relay","version":"1.2.3",
        "os":"Debian \"12\"","public_key":{"kty":"EC","crv":"P-256","x":"the-x","y":"the-y"}})"));
}

TEST_CASE("an enrolment that was made is read", "[relay][enrolment]")
{
    const auto read =
        relay::read_enrolment(answer(201, created(relay_id, "wss://link.example/link/v1/connect")));
    REQUIRE(read.has_value());
    CHECK(read->relay_id == relay_id);
    CHECK(read->connect_url == "wss://link.example/link/v1/connect");
}

TEST_CASE("a refused code and too many tries are told apart", "[relay][enrolment]")
{
    CHECK(code_of(answer(403, "{}")) == "enroll_code_refused");
    CHECK(relay::read_enrolment(answer(403)).error().kind() == base::Errc::denied);
    CHECK(code_of(answer(429)) == "enroll_rate_limited");
    CHECK(relay::read_enrolment(answer(429)).error().kind() == base::Errc::rate_limited);
}

TEST_CASE("any other status is not Mizo's, whatever its body says", "[relay][enrolment]")
{
    const std::string good = created(relay_id, "wss://link.example/link/v1/connect");
    for (const int status : {0, 100, 200, 202, 204, 301, 302, 307, 400, 401, 404, 405, 500, 502, 503}) {
        INFO(status);
        CHECK(code_of(answer(status, good)) == "cloud_answer_unexpected");
        CHECK(relay::read_enrolment(answer(status, good)).error().kind() == base::Errc::malformed);
    }
}

TEST_CASE("a hostile body of an enrolment is no identity", "[relay][enrolment]")
{
    const std::string url = "wss://link.example/link/v1/connect";
    const std::vector<std::string> bodies{
        "",
        "null",
        "[]",
        "\"text\"",
        "<html>",
        "{",
        std::string(100'000, '['),
        "{}" + std::string{"x"},
        "{\"relay_id\":7,\"connect_url\":\"" + url + "\"}",
        "{\"relay_id\":{},\"connect_url\":[]}",
        "{\"relay_id\":\"" + std::string{relay_id} + "\"}",
        "{\"connect_url\":\"" + url + "\"}",
        created("", url),
        created("7b0c3c1e", url),
        created(std::string{relay_id} + "\\r\\nX: y", url),
        created("../../etc/passwd/0000-0000-000000000", url),
        created(relay_id, ""),
        created(relay_id, "https://link.example/link/v1/connect"),
        created(relay_id, "http://link.example/"),
        created(relay_id, "file:///etc/passwd"),
        created(relay_id, "wss://user:secret@link.example/"),
        created(relay_id, "wss://"),
        created(relay_id, "wss://link.example/a b"),
        created(relay_id, "wss://link.example/\\r\\nX: y"),
    };
    for (const std::string& body : bodies) {
        INFO(body.substr(0, 100));
        CHECK(code_of(answer(201, body)) == "cloud_answer_unexpected");
    }
}
