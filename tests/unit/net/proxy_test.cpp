#include "daemon/net/proxy.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace mizo;
using net::bypasses_proxy;
using net::choose_proxy;
using net::parse_proxy;
using net::Url;

namespace {

const Url cloud{true, "link.cloud.example", 443, "/"};

net::Environment environment(std::map<std::string, std::string, std::less<>> variables)
{
    return [variables = std::move(variables)](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string{} : found->second;
    };
}

std::string chosen(std::string_view setting, const net::Environment& variables, const Url& target = cloud)
{
    const auto proxy = choose_proxy(target, setting, variables);
    REQUIRE(proxy.has_value());
    return *proxy ? (*proxy)->shown() : "none";
}

} // namespace

TEST_CASE("a proxy is read from the forms in which proxies are written", "[net][proxy]")
{
    struct Row {
        const char* text;
        const char* shown;
        const char* authorization;
    };
    const Row rows[] = {
        {"http://proxy.example:3128", "proxy.example:3128", ""},
        {"http://proxy.example:3128/", "proxy.example:3128", ""},
        {"HTTP://Proxy.Example", "proxy.example:8080", ""},
        {"proxy.example:3128", "proxy.example:3128", ""},
        {"http://[2001:db8::1]:3128", "[2001:db8::1]:3128", ""},
        {"http://user:pass@proxy.example:1", "proxy.example:1", "Basic dXNlcjpwYXNz"},
        {"http://user@proxy.example:1", "proxy.example:1", "Basic dXNlcjo="},
        {"http://us%40er:p%3Aa%2Fs@proxy.example:1", "proxy.example:1", "Basic dXNAZXI6cDphL3M="},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto proxy = parse_proxy(row.text);
        REQUIRE(proxy.has_value());
        CHECK(proxy->shown() == row.shown);
        CHECK(proxy->authorization.reveal() == row.authorization);
    }
}

TEST_CASE("what is no HTTP proxy is refused, and nothing of it is repeated", "[net][proxy]")
{
    for (const char* text :
         {"https://proxy.example:1", "socks5://u:canary@proxy.example:1", "http://", "http://:3128",
          "http://u:canary@proxy.example:0", "http://u:canary@proxy.example/path",
          "http://proxy.example/?canary", "http://u:canary@proxy.example:99999",
          "http://u:canary%0d%0aX@proxy.example", "http://a b canary", "http://u%3Ax:canary@proxy.example",
          "http://127.0.0.1.canary"}) {
        CAPTURE(text);
        const auto proxy = parse_proxy(text);
        REQUIRE(proxy.has_error());
        CHECK(proxy.error().code() == "value_url");
        CHECK_THAT(proxy.error().text() + proxy.error().detail(), !Catch::Contains("canary"));
    }
}

TEST_CASE("a proxy's credentials may have 512 bytes, and not one more", "[net][proxy]")
{
    const auto with = [](std::size_t size) {
        return "http://u:" + std::string(size - 2, 'p') + "@proxy.example";
    };
    CHECK(parse_proxy(with(512)).has_value());
    CHECK(parse_proxy(with(513)).has_error());
}

TEST_CASE("the setting comes first, then https_proxy, then all_proxy", "[net][proxy]")
{
    const auto all = environment({{"https_proxy", "http://a:1"},
                                  {"HTTPS_PROXY", "http://b:2"},
                                  {"all_proxy", "http://c:3"},
                                  {"ALL_PROXY", "http://d:4"}});
    CHECK(chosen("none", all) == "none");
    CHECK(chosen("http://set:9", all) == "set:9");
    CHECK(chosen("", all) == "a:1");
    CHECK(chosen("", environment({{"HTTPS_PROXY", "http://b:2"}, {"all_proxy", "http://c:3"}})) == "b:2");
    CHECK(chosen("", environment({{"all_proxy", "http://c:3"}, {"ALL_PROXY", "http://d:4"}})) == "c:3");
    CHECK(chosen("", environment({{"ALL_PROXY", "http://d:4"}})) == "d:4");
    CHECK(chosen("", environment({})) == "none");
    CHECK(chosen("", environment({{"http_proxy", "http://e:5"}, {"HTTP_PROXY", "http://e:5"}})) == "none");
}

TEST_CASE("this machine is never reached through a proxy", "[net][proxy]")
{
    const auto variables = environment({{"https_proxy", "http://a:1"}});
    for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
        CAPTURE(host);
        CHECK(chosen("http://set:9", variables, Url{true, host, 443, "/"}) == "none");
    }
}

TEST_CASE("no_proxy keeps the environment's proxy away, not the one that is set", "[net][proxy]")
{
    const auto variables =
        environment({{"https_proxy", "http://a:1"}, {"NO_PROXY", "intern.example, .cloud.example"}});
    CHECK(chosen("", variables) == "none");
    CHECK(chosen("http://set:9", variables) == "set:9");
    CHECK(chosen("", variables, Url{true, "other.example", 443, "/"}) == "a:1");
}

TEST_CASE("a broken proxy in the environment is an error, not a way around it", "[net][proxy]")
{
    CHECK(choose_proxy(cloud, "", environment({{"https_proxy", "socks5://a:1"}})).has_error());
}

TEST_CASE("no_proxy names hosts, domains with all below, and ports", "[net][proxy]")
{
    struct Row {
        const char* list;
        bool bypassed;
    };
    const Row rows[] = {
        {"", false},
        {"*", true},
        {"other.example,*", true},
        {"link.cloud.example", true},
        {"LINK.Cloud.Example", true},
        {"cloud.example", true},
        {".cloud.example", true},
        {"*.cloud.example", true},
        {"example", true},
        {".link.cloud.example", true},
        {"loud.example", false},
        {"ink.cloud.example", false},
        {"a.link.cloud.example", false},
        {"link.cloud.example:443", true},
        {"link.cloud.example:444", false},
        {".cloud.example:443", true},
        {" , ,\tlink.cloud.example ,", true},
        {"a.example link.cloud.example", true},
        {".", false},
        {":443", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.list);
        CHECK(bypasses_proxy(row.list, cloud) == row.bypassed);
    }
    CHECK(bypasses_proxy("[2001:db8::1]:443", Url{true, "2001:db8::1", 443, "/"}));
    CHECK(bypasses_proxy("2001:db8::1", Url{true, "2001:db8::1", 443, "/"}));
    CHECK_FALSE(bypasses_proxy("[2001:db8::1]:444", Url{true, "2001:db8::1", 443, "/"}));
}
