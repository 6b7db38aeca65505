#include "daemon/reconcile/log_rows.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace mizo;
using namespace mizo::reconcile;
using namespace std::chrono_literals;

namespace {

constexpr base::WallTime noon{std::chrono::milliseconds{1'795'521'600'000}};

LogRow row(const std::string& id, std::optional<std::int64_t> ticket, std::chrono::seconds when,
           bool answered_ok = true)
{
    LogRow out;
    out.id = id;
    out.ticket = ticket;
    out.at = noon + when;
    out.answered_ok = answered_ok;
    return out;
}

// The ids that are to be fetched, in order.
std::string fetched(std::vector<LogRow> rows, const TimesOfTickets& here,
                    const std::set<std::string>& settled = {})
{
    std::string ids;
    for (const LogRow& each : plan_log(std::move(rows), settled, here).fetch) ids += each.id;
    return ids;
}

std::string headers_of(const char* text)
{
    std::string out;
    for (const auto& [name, value] : read_headers(boost::json::parse(text))) out += name + "=" + value + ";";
    return out;
}

} // namespace

TEST_CASE("rows that have their event here are not fetched", "[reconcile][log]")
{
    CHECK(fetched({row("a", 1, 0s)}, {{1, {noon}}}).empty());
    CHECK(fetched({row("a", 1, 0s)}, {}) == "a");
    CHECK(fetched({row("a", 1, 0s)}, {{2, {noon}}}) == "a");
    CHECK(fetched({row("a", 1, 600s)}, {{1, {noon}}}).empty());
    CHECK(fetched({row("a", 1, 601s)}, {{1, {noon}}}) == "a");
    CHECK(fetched({row("a", 1, 0s)}, {{1, {noon + 5s}}}).empty());
    CHECK(fetched({row("a", 1, 0s)}, {{1, {noon + 6s}}}) == "a");
}

TEST_CASE("one event vouches for one row, and a doubt about a ticket is one about all its rows",
          "[reconcile][log]")
{
    CHECK(fetched({row("b", 1, 9s), row("a", 1, 0s)}, {{1, {noon}}}) == "ab");
    CHECK(fetched({row("b", 1, 9s), row("a", 1, 0s)}, {{1, {noon, noon + 9s}}}).empty());
    CHECK(fetched({row("b", 1, 9s), row("a", 1, 0s), row("c", 2, 1s)}, {{1, {noon}}, {2, {noon + 1s}}}) ==
          "ab");
}

TEST_CASE("what had no good answer, or names no ticket, is always looked at", "[reconcile][log]")
{
    CHECK(fetched({row("a", 1, 0s, false)}, {{1, {noon}}}) == "a");
    CHECK(fetched({row("a", {}, 0s)}, {{1, {noon}}}) == "a");
    CHECK(fetched({row("b", 1, 60s), row("a", 1, 0s, false)}, {{1, {noon}}}) == "a");
}

TEST_CASE("what was settled before is not looked at again, and still vouches for itself alone",
          "[reconcile][log]")
{
    CHECK(fetched({row("a", 1, 0s, false)}, {}, {"a"}).empty());
    CHECK(fetched({row("a", 1, 0s), row("b", 1, 1s)}, {{1, {noon}}}, {"a"}) == "b");
}

TEST_CASE("rows are fetched oldest first", "[reconcile][log]")
{
    CHECK(fetched({row("c", 3, 30s), row("b", 2, 20s), row("a", 1, 10s)}, {}) == "abc");
}

TEST_CASE("a row of the log is read tolerantly", "[reconcile][log]")
{
    const auto read = [](const char* text) { return read_log_row(boost::json::parse(text).as_object()); };
    const auto good = read(R"({"id":"A-1","entity_id":"4242","timestamp":"2026-11-24T12:00:00",
        "responsestatus":200})");
    REQUIRE(good);
    CHECK(good->id == "a-1");
    CHECK(good->ticket == 4242);
    CHECK(good->at == noon);
    CHECK(good->answered_ok);
    CHECK(read(R"({"id":1,"timestamp":"2026-11-24T12:00:00Z","responsestatus":"200"})")->answered_ok);
    CHECK_FALSE(read(R"({"id":1,"timestamp":"2026-11-24T12:00:00Z","responsestatus":503})")->answered_ok);
    CHECK_FALSE(read(R"({"id":1,"timestamp":"2026-11-24T12:00:00Z","responsestatus":0})")->answered_ok);
    CHECK_FALSE(read(R"({"id":1,"timestamp":"2026-11-24T12:00:00Z"})")->answered_ok);
    CHECK_FALSE(read(R"({"id":1,"timestamp":"1900-01-01T00:00:00"})"));
    CHECK_FALSE(read(R"({"timestamp":"2026-11-24T12:00:00Z"})"));
}

TEST_CASE("headers are read in each form that HaloPSA gives them", "[reconcile][log]")
{
    const std::string both = "X-Signature=abc==;Host=relay:8471;";
    CHECK(headers_of(R"({"X-Signature":"abc==","Host":"relay:8471"})") == both);
    CHECK(headers_of(R"({"X-Signature":["abc=="],"Host":["relay:8471"]})") == both);
    CHECK(headers_of(R"([{"name":"X-Signature","value":"abc=="},{"Key":"Host","Value":["relay:8471"]}])") ==
          both);
    CHECK(headers_of(R"(["X-Signature: abc==","Host: relay:8471"])") == both);
    CHECK(headers_of(R"("X-Signature: abc==\r\nHost: relay:8471\r\n")") == both);
    CHECK(headers_of(R"("X-Signature: abc==\nHost: relay:8471")") == both);
    CHECK(headers_of(R"("{\"X-Signature\":\"abc==\",\"Host\":\"relay:8471\"}")") == both);
    CHECK(headers_of(R"("[{\"name\":\"X-Signature\",\"value\":\"abc==\"}]")") == "X-Signature=abc==;");
    CHECK(headers_of("7").empty());
    CHECK(headers_of(R"("{ no JSON: at all")") == "{ no JSON=at all;");
    CHECK(headers_of(R"({"X\nY":"a","B":"c\u0001d","Good":"yes"})") == "Good=yes;");
}

TEST_CASE("no more than 200 headers are taken of one row", "[reconcile][log]")
{
    boost::json::array many;
    for (int i = 0; i < 201; ++i) many.emplace_back("A: " + std::to_string(i));
    CHECK(read_headers(many).size() == 200);
}

TEST_CASE("a lightweight row has no body", "[reconcile][log]")
{
    const auto body = [](const char* text) {
        return read_log_detail(boost::json::parse(text).as_object()).body;
    };
    CHECK(body(R"({"requestbody":"{\"é\":1}\r\n"})") == "{\"é\":1}\r\n");
    CHECK_FALSE(body(R"({"requestbody":""})"));
    CHECK_FALSE(body(R"({"requestbody":null})"));
    CHECK_FALSE(body("{}"));
}
