#include "daemon/relay/batch.hpp"

#include <catch2/catch.hpp>

namespace mizo::relay {

using namespace std::chrono_literals;

namespace {

std::deque<std::string> cut(LineCutter& cutter, std::string_view text, std::size_t piece)
{
    std::deque<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += piece)
        REQUIRE(cutter.feed(text.substr(at, piece), lines));
    cutter.finish(lines);
    return lines;
}

BatchRefusal refused(int status, std::string body = {})
{
    return {status, false, {}, std::move(body)};
}

std::int64_t code_of(const BatchRefusal& refusal)
{
    const auto bye = bye_of(refusal);
    return bye ? bye->code : 0;
}

} // namespace

TEST_CASE("a request holds hello and what waits, in order, and forgets it when it is answered", "[relay]")
{
    BatchQueue queue;
    queue.push("a");
    queue.push("bb");
    CHECK(queue.take("hello") == "hello\na\nbb\n");
    queue.push("ccc"); // while the request is under way
    CHECK(queue.bytes() == 6);
    queue.answered();
    CHECK(queue.bytes() == 3);
    CHECK(queue.take("hello") == "hello\nccc\n");
    queue.answered();
    CHECK(queue.empty());
}

TEST_CASE("a request holds a megabyte of frames, or one frame alone", "[relay]")
{
    BatchQueue queue;
    const std::string half(BatchQueue::bytes_max / 2, 'x');
    queue.push(half);
    queue.push(half);
    queue.push("one byte more");
    CHECK(queue.take("").size() == 2 * half.size() + 3);
    queue.answered();
    queue.push(std::string(BatchQueue::bytes_max + 1, 'y'));
    CHECK(queue.take("").size() == 15);
    queue.answered();
    CHECK(queue.take("").size() == BatchQueue::bytes_max + 3);
}

TEST_CASE("what is refused as too large goes again in smaller requests, down to one frame", "[relay]")
{
    BatchQueue queue;
    for (int i = 0; i < 4; ++i) queue.push(std::string(10, 'x'));
    CHECK(queue.take("").size() == 45);
    REQUIRE(queue.split());
    CHECK(queue.take("").size() == 23);
    REQUIRE(queue.split());
    CHECK(queue.take("").size() == 12);
    CHECK_FALSE(queue.split());
    queue.answered();
    CHECK(queue.bytes() == 30);
    CHECK(queue.take("").size() == 12); // what was too large once is so again
}

TEST_CASE("lines are found however the pieces fall", "[relay]")
{
    const std::string text = "{\"a\":1}\n\n{\"b\":2}\r\n{\"c\":3}";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, text.size()}) {
        LineCutter cutter{100};
        CHECK(cut(cutter, text, piece) == std::deque<std::string>{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"});
    }
}

TEST_CASE("a line of the limit is taken, one byte more is not", "[relay]")
{
    std::deque<std::string> lines;
    LineCutter fits{5};
    CHECK(fits.feed("12345\n12345\n", lines));
    CHECK(lines.size() == 2);
    LineCutter whole{5};
    CHECK_FALSE(whole.feed("123456\n", lines));
    LineCutter in_pieces{5};
    CHECK(in_pieces.feed("123", lines));
    CHECK_FALSE(in_pieces.feed("456", lines));
}

TEST_CASE("a status is the close code that it stands for", "[relay]")
{
    const std::vector<std::pair<int, int>> table{{400, 4003}, {401, 4401}, {403, 4403}, {409, 4409},
                                                 {413, 4009}, {426, 4426}, {429, 4503}, {503, 4503},
                                                 {404, 0},    {500, 0},    {302, 0},    {200, 0}};
    for (const auto& [status, code] : table) CHECK(code_of(refused(status)) == code);
}

TEST_CASE("a bye in the body says more than the status, and a page says nothing of the link", "[relay]")
{
    const std::string bye = R"({"t":"bye","code":4410,"text":"two of them"})";
    CHECK(code_of(refused(409, bye + "\n")) == 4410);
    CHECK(code_of(refused(500, bye)) == 4410);
    CHECK(code_of(refused(409, R"({"t":"ack","upto":1})")) == 4409);
    CHECK(code_of(refused(409, "<html>")) == 4409);
    auto page = refused(403, bye);
    page.is_page = true;
    CHECK(code_of(page) == 0);
}

TEST_CASE("Retry-After is when the relay may come back", "[relay]")
{
    auto refusal = refused(503);
    refusal.retry_after = 20s;
    CHECK(bye_of(refusal)->retry_ms == 20'000);
}

TEST_CASE("the way to batches is beside that to the WebSocket", "[relay]")
{
    CHECK(batch_url("wss://link.example/link/v1/connect") == "https://link.example/link/v1/batch");
    CHECK(batch_url("ws://127.0.0.1:99/link/v1/connect") == "http://127.0.0.1:99/link/v1/batch");
    CHECK(batch_url("wss://[::1]:99/eu/link/v1/connect") == "https://[::1]:99/eu/link/v1/batch");
    CHECK(batch_url("wss://link.example/elsewhere") == "https://link.example/link/v1/batch");
    CHECK(batch_url("wss://link.example") == "https://link.example/link/v1/batch");
}

} // namespace mizo::relay
