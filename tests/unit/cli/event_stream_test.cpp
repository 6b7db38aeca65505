#include "daemon/cli/delivery_tail.hpp"
#include "daemon/cli/event_stream.hpp"
#include "tests/support/system.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace {

using namespace mizo::cli;

// Every message as "name/id/data", one a line.
std::string messages_of(std::string_view stream, std::size_t piece)
{
    std::string out;
    EventStreamParser parser{
        [&](const ServerEvent& event) { out += event.name + "/" + event.id + "/" + event.data + "\n"; }};
    for (std::size_t at = 0; at < stream.size(); at += piece) REQUIRE(parser.take(stream.substr(at, piece)));
    return out;
}

std::string delivery(const std::string& id, const std::string& state, const std::string& more = "")
{
    return R"({"id":")" + id + R"(","received_at":"2026-11-23T10:00:00.000Z","outcome":"accepted",)" +
           R"("event_text":"new ticket logged","ticket":4242,"title":"Printer","events":1,"state":")" +
           state + "\"" + more + "}";
}

struct Utc {
    Utc() { mizo::tests::set_time_zone_utc(); }
};

} // namespace

TEST_CASE("a stream is understood in pieces of any size", "[cli]")
{
    const std::string stream = "retry: 2000\n\n: still here\n\nevent: delivery\nid: 7\ndata: {\"a\":1}\n\n"
                               "data: one\r\ndata:two\r\n\r\nevent: status\n\nevent: cut off\ndata: x\n";
    const std::string expected = "delivery/7/{\"a\":1}\nmessage/7/one\ntwo\n";
    CHECK(messages_of(stream, 1) == expected);
    CHECK(messages_of(stream, 7) == expected);
    CHECK(messages_of(stream, stream.size()) == expected);
}

TEST_CASE("a line over 8 MiB ends the stream", "[cli]")
{
    constexpr std::size_t line_max = 8 * 1024 * 1024;
    EventStreamParser parser{[](const ServerEvent&) {}};
    CHECK(parser.take(std::string(line_max, 'x')));
    CHECK_FALSE(parser.take("x"));
}

TEST_CASE("tail prints a delivery when it arrives, and once more when Mizo has it", "[cli]")
{
    const Utc utc;
    std::ostringstream out;
    DeliveryTail tail{out, false};
    tail.on_delivery(delivery("a", "queued"));
    tail.on_delivery(delivery("a", "queued"));
    const std::string acked = R"(,"acked_at":"2026-11-23T10:00:01.000Z","latency_ms":1000)";
    tail.on_delivery(delivery("a", "acked", acked));
    tail.on_delivery(delivery("a", "acked", acked));
    tail.on_delivery(delivery("b", "dead"));
    CHECK(out.str() == "2026-11-23 10:00:00  accepted  #4242  new ticket logged  Printer  a\n"
                       "2026-11-23 10:00:01  acked after 1.0 s  #4242  a\n"
                       "2026-11-23 10:00:00  accepted  #4242  new ticket logged  Printer  b\n"
                       "2026-11-23 10:00:00  DEAD LETTER  #4242  b\n");
}

TEST_CASE("tail as JSON prints each message as it came", "[cli]")
{
    std::ostringstream out;
    DeliveryTail tail{out, true};
    tail.on_delivery(R"({"id":"a"})");
    tail.on_delivery(R"({"id":"a"})");
    CHECK(out.str() == "{\"id\":\"a\"}\n{\"id\":\"a\"}\n");
}
