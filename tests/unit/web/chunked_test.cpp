#include "daemon/web/chunked.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace mizo::web;
using namespace std::string_literals;
using State = ChunkedDecoder::State;

namespace {

struct Decoded {
    State state = State::more;
    std::string body;
    std::string left; // what was not taken

    bool operator==(const Decoded&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Decoded& decoded)
{
    return out << "state " << static_cast<int>(decoded.state) << ", body '" << decoded.body << "', left '"
               << decoded.left << "'";
}

// As a connection does: what was not taken stands in front of what comes next.
Decoded decode(const std::vector<std::string_view>& pieces, std::size_t body_max = 64)
{
    ChunkedDecoder decoder{body_max};
    Decoded decoded;
    for (const std::string_view piece : pieces) {
        decoded.left += piece;
        decoded.left.erase(0, decoder.feed(decoded.left, decoded.body));
    }
    decoded.state = decoder.state();
    return decoded;
}

std::vector<std::string_view> one_by_one(std::string_view bytes)
{
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
    return pieces;
}

// Whole, byte by byte, and cut in two at every place: the same each time.
Decoded decode_every_way(std::string_view bytes, std::size_t body_max = 64)
{
    Decoded whole = decode({bytes}, body_max);
    if (whole.state == State::done) {
        CHECK(decode(one_by_one(bytes), body_max) == whole);
    } else {
        CHECK(decode(one_by_one(bytes), body_max).state == whole.state);
    }
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
        INFO("cut at " << at);
        const Decoded cut = decode({bytes.substr(0, at), bytes.substr(at)}, body_max);
        CHECK(cut.state == whole.state);
        CHECK(cut.body == whole.body);
    }
    return whole;
}

} // namespace

TEST_CASE("a chunked body is decoded the same however it arrives", "[web][chunked]")
{
    struct Case {
        std::string bytes;
        std::string body;
    };
    const std::vector<Case> cases{
        {"0\r\n\r\n", ""},
        {"5\r\nhello\r\n0\r\n\r\n", "hello"},
        {"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", "hello, world"},
        {"A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", "0123456789abcdefghij"},
        {"00000005\r\nhello\r\n00000000\r\n\r\n", "hello"},
        {"5;name=value;b=\"c\"\r\nhello\r\n0;last\r\n\r\n", "hello"},
        {"4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
        {"5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"},
        {"1\r\na\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", "a"},
    };
    for (const Case& each : cases) {
        INFO(each.bytes);
        CHECK(decode_every_way(each.bytes) == Decoded{State::done, each.body, ""});
    }
}

TEST_CASE("what follows a chunked body is left for the next request", "[web][chunked]")
{
    const std::string next = "GET / HTTP/1.1\r\n\r\n";
    CHECK(decode_every_way("1\r\na\r\n0\r\n\r\n" + next) == Decoded{State::done, "a", next});
    CHECK(decode_every_way("0\r\nT: x\r\n\r\n" + next) == Decoded{State::done, "", next});
}

TEST_CASE("a chunked body that two readers could read differently is malformed", "[web][chunked]")
{
    const std::vector<std::string> cases{
        "\r\n",
        "g\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r5\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5 ;a\r\nhello\r\n0\r\n\r\n",
        "5\t\r\nhello\r\n0\r\n\r\n",
        ";a\r\nhello\r\n",
        "5;a\tb\r\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5;a\x01\r\nhello\r\n0\r\n\r\n",
        "5;a\x7f\r\nhello\r\n0\r\n\r\n",
        "5;a\0b\r\nhello\r\n0\r\n\r\n"s,
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "000000005\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
        "0\r\nT: x\n\r\n\r\n",
        "0\r\nT: \x01\r\n\r\n",
        "0\r\n\n",
        "0\n\n",
    };
    for (const std::string& each : cases) {
        INFO(each);
        CHECK(decode_every_way(each).state == State::malformed);
    }
}

TEST_CASE("a chunked body that stops is not whole", "[web][chunked]")
{
    const std::string whole = "5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO(length);
        CHECK(decode({std::string_view{whole}.substr(0, length)}).state == State::more);
    }
}

TEST_CASE("a chunked body of the greatest size is taken, and one byte more is too large", "[web][chunked]")
{
    const auto body = [](std::size_t first, std::size_t second) {
        char size[16] = {};
        std::snprintf(size, sizeof size, "%zx\r\n", first);
        std::string bytes = size + std::string(first, 'a') + "\r\n";
        std::snprintf(size, sizeof size, "%zx\r\n", second);
        return bytes + size + std::string(second, 'b') + "\r\n0\r\n\r\n";
    };
    CHECK(decode_every_way(body(32, 31)).state == State::done);
    CHECK(decode_every_way(body(32, 32)).state == State::done);
    CHECK(decode_every_way(body(32, 33)).state == State::too_large);
    CHECK(decode_every_way("41\r\n").state == State::too_large);
    CHECK(decode_every_way("ffffffff\r\n").state == State::too_large);
    CHECK(decode_every_way("1\r\n", 0).state == State::too_large);
    CHECK(decode_every_way("0\r\n\r\n", 0).state == State::done);
}

TEST_CASE("nothing of a chunk that would be too large is kept", "[web][chunked]")
{
    CHECK(decode({"ffffffff\r\n" + std::string(1000, 'a')}).body.empty());
}

TEST_CASE("a line of a size and its extensions may have 256 bytes and no more", "[web][chunked]")
{
    const auto line = [](std::size_t bytes) {
        return "1;" + std::string(bytes - 2, 'e') + "\r\na\r\n0\r\n\r\n";
    };
    CHECK(decode_every_way(line(255)).state == State::done);
    CHECK(decode_every_way(line(256)).state == State::done);
    CHECK(decode_every_way(line(257)).state == State::malformed);
    // Without an end in sight it is not waited for.
    CHECK(decode({"1;" + std::string(255, 'e')}).state == State::more);
    CHECK(decode({"1;" + std::string(256, 'e')}).state == State::malformed);
}

TEST_CASE("trailers may have 4 KiB in all and no more", "[web][chunked]")
{
    const auto trailers = [](std::size_t bytes) { // with the empty line that ends them
        return "0\r\n" + std::string(2048 - 2, 't') + "\r\n" + std::string(bytes - 2048 - 4, 't') +
               "\r\n\r\n";
    };
    CHECK(decode({trailers(4095)}).state == State::done);
    CHECK(decode({trailers(4096)}).state == State::done);
    CHECK(decode({trailers(4097)}).state == State::malformed);
    CHECK(decode(one_by_one(trailers(4096))).state == State::done);
    CHECK(decode(one_by_one(trailers(4097))).state == State::malformed);
    CHECK(decode({"0\r\n" + std::string(4096, 't')}).state == State::more);
    CHECK(decode({"0\r\n" + std::string(4097, 't')}).state == State::malformed);
}

TEST_CASE("after its end a decoder takes nothing more", "[web][chunked]")
{
    ChunkedDecoder decoder{64};
    std::string body;
    CHECK(decoder.feed("0\r\n\r\n", body) == 5);
    CHECK(decoder.feed("1\r\na\r\n", body) == 0);
    CHECK(body.empty());
    CHECK(decoder.state() == State::done);
}
