#include "daemon/base/time_text.hpp"
#include "daemon/net/dial.hpp"
#include "daemon/net/dial_message.hpp"
#include "daemon/net/dial_tunnel.hpp"
#include "tests/support/source_dir.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace mizo;
using namespace std::chrono_literals;

namespace {

const base::WallTime now = *base::parse_time("2026-11-24T10:00:00.250Z");

net::Trace noted(std::string_view retry_after, std::string_view date)
{
    net::Trace trace;
    net::note_answer(trace, net::AnswerHead{503, retry_after, date}, now);
    return trace;
}

} // namespace

TEST_CASE("an address where metadata services, links or groups are is never connected to", "[net][dial]")
{
    const auto forbidden = [](const char* text) {
        return net::is_forbidden_address(boost::asio::ip::make_address(text));
    };
    for (const char* text :
         {"0.0.0.0", "0.1.2.3", "169.254.0.0", "169.254.169.254", "169.254.255.255", "100.100.100.200",
          "224.0.0.1", "239.255.255.255", "255.255.255.255", "::", "fe80::1", "febf::1", "ff02::1",
          "fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:224.0.0.1",
          "::169.254.169.254", "64:ff9b::169.254.169.254"}) {
        CAPTURE(text);
        CHECK(forbidden(text));
    }
    for (const char* text :
         {"127.0.0.1", "::1", "10.0.0.1", "192.168.0.1", "172.16.0.1", "1.1.1.1", "169.253.255.255",
          "169.255.0.0", "100.100.100.199", "100.100.100.201", "223.255.255.255", "2001:db8::1", "fd00::1",
          "fec0::1", "::ffff:10.0.0.1", "64:ff9b::1.1.1.1"}) {
        CAPTURE(text);
        CHECK_FALSE(forbidden(text));
    }
}

TEST_CASE("a proxy's answer is only taken for one when it is HTTP/1", "[net][dial]")
{
    CHECK(net::status_of_head("HTTP/1.1 200 OK\r\n\r\n") == 200);
    CHECK(net::status_of_head("HTTP/1.0 407\r\n\r\n") == 407);
    for (const char* head : {"", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2000 OK\r\n", "HTTP/2.0 200 OK\r\n",
                             "http/1.1 200 OK\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 +20 OK\r\n",
                             "HTTP/1.1 099 No\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n"}) {
        CAPTURE(head);
        CHECK(net::status_of_head(head) == 0);
    }
}

TEST_CASE("Retry-After is read as seconds or as a date, and never believed beyond a day", "[net][dial]")
{
    CHECK(noted("0", "").retry_after == 0ms);
    CHECK(noted("120", "").retry_after == 120'000ms);
    CHECK(noted("86399", "").retry_after == 86'399'000ms);
    CHECK(noted("86401", "").retry_after == 86'400'000ms);
    CHECK(noted("99999999999999999999999", "").retry_after == 86'400'000ms);
    CHECK(noted("Tue, 24 Nov 2026 10:01:00 GMT", "").retry_after == 59'750ms);
    CHECK(noted("Tue, 24 Nov 2026 09:00:00 GMT", "").retry_after == 0ms);
    for (const char* text : {"", "-1", "1.5", "soon", "1 "}) {
        CAPTURE(text);
        CHECK_FALSE(noted(text, "").retry_after);
    }
}

TEST_CASE("the answer's Date shows how far this machine's clock is ahead", "[net][dial]")
{
    CHECK(noted("", "Tue, 24 Nov 2026 10:00:00 GMT").clock_ahead == 250ms);
    CHECK(noted("", "Tue, 24 Nov 2026 11:00:00 GMT").clock_ahead == -3'599'750ms);
    CHECK_FALSE(noted("", "yesterday").clock_ahead);
    CHECK(noted("", "").http_status == 503);
}

TEST_CASE("a message's text has the values of its args, and foreign text is not expanded again",
          "[net][dial]")
{
    const auto message = net::make_message("link_tls_issuer", {{"host", "{issuer}"}, {"issuer", "Firewall"}});
    CHECK(message.text == "The certificate of {issuer} was issued by Firewall, which is not trusted here");
    CHECK(net::make_message("link_name_failed").text == "The name  could not be resolved");
}

TEST_CASE("texts are those of the admin API's catalogue", "[net][dial]")
{
    std::ifstream file{mizo::tests::source_dir() / "docs/admin-api/openapi.json"};
    std::stringstream text;
    text << file.rdbuf();
    const auto document = boost::json::parse(text.str());
    const auto& meanings = document.at_pointer("/components/schemas/MessageCode/x-meanings").as_object();
    for (const char* code :
         {"test_name_ok",         "test_tcp_ok",          "test_proxy_none",      "test_proxy_ok",
          "test_tls_ok",          "test_tls_plain",       "test_upgrade_ok",      "link_name_failed",
          "link_connect_refused", "link_connect_timeout", "link_network",         "link_proxy_failed",
          "link_proxy_auth",      "link_tls_failed",      "link_tls_issuer",      "link_tls_expired",
          "link_tls_name",        "link_key_refused",     "link_upgrade_refused", "link_protocol_error",
          "advice_dns",           "advice_firewall",      "advice_proxy",         "advice_inspection",
          "advice_clock",         "advice_websocket",     "advice_enroll_again",  "advice_contact_mizo"}) {
        CAPTURE(code);
        const auto* meaning = meanings.if_contains(code);
        REQUIRE(meaning);
        // Each placeholder stands for itself, so that the form comes back.
        net::Message::Args args;
        for (const char* name : {"host", "addresses", "address", "proxy", "version", "issuer", "not_after",
                                 "reason", "status", "port"})
            args.emplace_back(name, "{" + std::string{name} + "}");
        CHECK(net::make_message(code, args).text == meaning->as_string());
    }
}

TEST_CASE("a refused upgrade is told by who refused it", "[net][dial]")
{
    struct Row {
        int status;
        base::Errc kind;
        const char* code;
        const char* advice;
        bool is_page = false;
    };
    const Row rows[] = {
        {401, base::Errc::unauthorised, "link_key_refused", "advice_enroll_again"},
        {403, base::Errc::denied, "link_upgrade_refused", "advice_contact_mizo"},
        {429, base::Errc::rate_limited, "link_upgrade_refused", "advice_contact_mizo"},
        {503, base::Errc::refused, "link_upgrade_refused", "advice_contact_mizo"},
        {200, base::Errc::refused, "link_upgrade_refused", "advice_websocket"},
        {404, base::Errc::refused, "link_upgrade_refused", "advice_websocket"},
        // An HTML page is a box's in between.
        {401, base::Errc::refused, "link_upgrade_refused", "advice_websocket", true},
        {403, base::Errc::refused, "link_upgrade_refused", "advice_websocket", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status);
        net::Trace answer;
        answer.http_status = row.status;
        answer.is_page = row.is_page;
        const auto fault = net::upgrade_refusal(answer, "cloud.example");
        CHECK(fault.kind == row.kind);
        CHECK(fault.message.code == row.code);
        CHECK(fault.advice->code == row.advice);
    }
}
