#include "daemon/relay/wire.hpp"
#include "tests/support/source_dir.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace mizo::relay {

namespace {

namespace fs = std::filesystem;

struct Example {
    std::string name;
    std::string text;
};

std::vector<Example> examples(const std::string& folder)
{
    std::vector<Example> out;
    for (const auto& entry :
         fs::directory_iterator{mizo::tests::source_dir() / "docs/link-protocol" / folder}) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file{entry.path(), std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{file}, {}};
        while (!text.empty() && text.back() == '\n') text.pop_back();
        out.push_back({entry.path().stem().string(), std::move(text)});
    }
    return out;
}

std::string why_not(const std::string& text)
{
    const auto frame = decode(text);
    return frame ? "" : frame.error().detail();
}

OutgoingEvent event()
{
    OutgoingEvent out;
    out.id = "0193584d-2c00-7abc-8def-0123456789ab";
    out.source = "urn:mizo:relay:7b0c";
    out.type = "com.halopsa.ticket.created";
    out.dedupkey = "id:1";
    return out;
}

} // namespace

TEST_CASE("every golden example is read, and written again as it stands", "[wire]")
{
    const auto all = examples("examples");
    REQUIRE(all.size() >= 21);
    for (const auto& example : all) {
        INFO(example.name);
        const auto frame = decode(example.text);
        REQUIRE(frame.has_value());
        CHECK(type_of(*frame) == example.name.substr(0, example.name.find('.')));
        // A member that we do not know is ignored, and so not written.
        if (example.name == "hello.unknown-member") continue;
        CHECK(boost::json::parse(encode(*frame)) == boost::json::parse(example.text));
    }
}

TEST_CASE("what the contract says must be refused is refused, where a cloud can send it", "[wire]")
{
    const std::set<std::string> from_cloud{"ack",  "bye",  "cancel", "done",    "drain",  "error", "insight",
                                           "nack", "ping", "pong",   "request", "rewind", "text",  "welcome"};
    int refused = 0;
    for (const auto& example : examples("examples/invalid")) {
        if (!from_cloud.contains(example.name.substr(0, example.name.find('.')))) continue;
        INFO(example.name);
        CHECK_FALSE(decode(example.text).has_value());
        ++refused;
    }
    CHECK(refused >= 20);
}

TEST_CASE("a frame is refused with the member and the reason", "[wire]")
{
    CHECK(why_not(R"({"t":"ack"})") == "ack: upto is missing");
    CHECK(why_not(R"({"t":"ack","upto":-1})") == "ack: upto is out of range");
    CHECK(why_not(R"({"t":"ack","upto":9007199254740991})").empty());
    CHECK(why_not(R"({"t":"ack","upto":9007199254740992})") == "ack: upto is out of range");
    CHECK(why_not(R"({"t":"ack","upto":18446744073709551615})") == "ack: upto is out of range");
    CHECK(why_not(R"({"t":"ack","upto":1.5})") == "ack: upto is not an integer");
    CHECK(why_not(R"({"t":"ack","upto":1,"window":{"events":1}})") == "ack: window.bytes is missing");
    CHECK(why_not(R"({"t":"ack","upto":1,"window":[]})") == "ack: window is not an object");
    CHECK(why_not(R"({"t":"nack","seq":1,"code":"busy"})") == "nack: retry_ms is missing");
    CHECK(why_not(R"({"t":"nack","seq":1,"code":7,"final":true})") == "nack: code is not a string");
    CHECK(why_not(R"({"t":"nack","seq":1,"final":"yes"})") == "nack: final is not true or false");
    CHECK(why_not(R"({"t":"ping","n":1,"at":"yesterday"})") == "ping: at is not a time");
    CHECK(why_not(R"({"upto":1})") == "t is missing");
    CHECK(why_not(R"([])") == "not an object");
    CHECK(why_not(std::string{R"({"t":"ping","n":1,"x":")"} + "\xff\"}").substr(0, 8) == "not JSON");
}

TEST_CASE("a message is refused over the size limit, and taken at it", "[wire]")
{
    const std::string text = R"({"t":"ping","n":1})";
    CHECK(decode(text, {text.size()}).has_value());
    const auto over = decode(text, {text.size() - 1});
    REQUIRE_FALSE(over.has_value());
    CHECK(over.error().kind() == base::Errc::too_large);
}

TEST_CASE("a message is refused over the depth limit, and taken at it", "[wire]")
{
    const auto nested = [](int depth) {
        return R"({"t":"ping","n":1,"x":)" + std::string(static_cast<std::size_t>(depth) - 1, '[') +
               std::string(static_cast<std::size_t>(depth) - 1, ']') + "}";
    };
    CHECK(decode(nested(64)).has_value());
    CHECK_FALSE(decode(nested(65)).has_value());
}

TEST_CASE("members that are not known are ignored, and of repeated ones the last counts", "[wire]")
{
    const auto frame = decode(R"({"t":"ack","future":{"any":[1]},"upto":1,"upto":2})");
    REQUIRE(frame.has_value());
    CHECK(std::get<Ack>(*frame).upto == 2);
}

TEST_CASE("an unknown type keeps its rid, whatever else it holds", "[wire]")
{
    CHECK(std::get<Unknown>(*decode(R"({"t":"news","rid":"r-1","x":null})")) == Unknown{"news", "r-1"});
    CHECK(std::get<Unknown>(*decode(R"({"t":"news","rid":7})")) == Unknown{"news", ""});
}

TEST_CASE("an event's bytes travel exactly, whatever they are", "[wire]")
{
    auto out = event();
    for (int i = 0; i < 256; ++i) out.data += static_cast<char>(i);
    const auto back = decode(encode_event(7, 2, out));
    REQUIRE(back.has_value());
    CHECK(std::get<EventFrame>(*back) == EventFrame{7, 2, out});
}

TEST_CASE("text is escaped, and bytes that are no UTF-8 are replaced", "[wire]")
{
    auto out = event();
    out.subject = "a\"b\\c\n\t\x01\x7f\xc3\xa9\xf0\x9f\x8e\xab";
    const auto text = encode_event(1, 1, out);
    CHECK(text.find(R"(a\"b\\c\n\t\u0001)") != std::string::npos);
    CHECK(std::get<EventFrame>(*decode(text)).event.subject == out.subject);

    out.subject = "\xff\xc3";
    CHECK(std::get<EventFrame>(*decode(encode_event(1, 1, out))).event.subject == "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("an event without signature has no member for it", "[wire]")
{
    const auto text = encode_event(1, 1, event());
    for (const auto* member : {"signature", "thumbprint", "batchindex", "replayof", "subject"})
        CHECK(text.find(member) == std::string::npos);
}

} // namespace mizo::relay
