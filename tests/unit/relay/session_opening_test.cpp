#include "tests/unit/relay/rig.hpp"

namespace mizo::relay {

namespace {

Welcome resuming(std::string epoch, Seq durable)
{
    return welcome(Resume{std::move(epoch), durable});
}

} // namespace

TEST_CASE("without an identity the link does nothing until the relay is enrolled", "[relay]")
{
    Rig rig;
    rig.push(Start{std::nullopt, Rig::stream(0, 1)});
    rig.expect_nothing();
    CHECK(rig.view().state == LinkState::unenrolled);
    CHECK_FALSE(rig.wakes_in());
    rig.push(Enrolled{{"7b0c", url}});
    CHECK(rig.expect<Dial>().url == url);
    CHECK(rig.view().state == LinkState::dialling);
}

TEST_CASE("hello is the first frame, and says where the stream stands", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(1040, 1043));
    const auto link = rig.expect<Dial>().link;
    rig.push(Dialled{link});
    const auto hello = rig.expect_frame<Hello>();
    CHECK(hello.relay_id == "7b0c");
    CHECK(hello.fence == 12);
    CHECK(hello.stream == Rig::stream(1040, 1043));
    CHECK(rig.view().state == LinkState::opening);
}

TEST_CASE("hello knows what retention and the doorbell told", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(7, 9));
    const auto link = rig.expect<Dial>().link;
    rig.push(Trimmed{5});
    rig.push(Stored{12});
    rig.push(Dialled{link});
    CHECK(rig.expect_frame<Hello>().stream == Rig::stream(7, 12, 5));
}

TEST_CASE("before welcome nothing else is sent", "[relay]")
{
    Rig rig;
    rig.open(Rig::stream(0, 10));
    rig.push(StatusFacts{});
    rig.push(Stored{11});
    rig.after(9'999ms);
    rig.expect_nothing();
}

TEST_CASE("a welcome that does not come within 10 s ends the link", "[relay]")
{
    Rig rig;
    rig.open(Rig::stream(0, 1));
    rig.after(9'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    CHECK(rig.expect<Close>().code == 4002);
    CHECK(rig.view().state == LinkState::waiting);
}

TEST_CASE("dialling that never ends is given up", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(0, 1));
    rig.expect<Dial>();
    rig.after(59'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    rig.expect<Close>();
    CHECK(rig.view().state == LinkState::waiting);
}

TEST_CASE("a cloud that knows nothing of the stream gets it from the first unacked event", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(4, 7), welcome());
    CHECK(rig.expect<Load>().from_seq == 5);
}

TEST_CASE("another epoch is not this stream: the first unacked event comes first", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(4, 7), resuming(epoch_b, 6));
    CHECK(rig.expect<Load>().from_seq == 5);
}

TEST_CASE("what the cloud has counts as acked", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(4, 9), resuming(epoch_a, 6));
    CHECK(rig.expect<Load>().from_seq == 7);
    CHECK(rig.view().acked == 6);
    rig.after(249ms);
    rig.expect_nothing();
    rig.after(1ms);
    CHECK(rig.expect<MarkAcked>().upto == 6);
}

TEST_CASE("a cloud that lost data gets it again as far as retention reaches, with a gap for the rest",
          "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(40, 50, 1), resuming(epoch_a, 10));
    CHECK(rig.expect<GoBack>().durable_seq == 10);
    rig.expect_nothing();

    SECTION("all is still there")
    {
        rig.push(StreamMoved{Rig::stream(10, 50, 5)});
        CHECK(rig.expect<Load>().from_seq == 11);
    }
    SECTION("some is gone")
    {
        rig.push(StreamMoved{Rig::stream(20, 50, 21)});
        CHECK(rig.expect_frame<Gap>() == Gap{11, 21});
        CHECK(rig.expect<Load>().from_seq == 21);
    }
}

TEST_CASE("the last event that the stream has is no new epoch, one more is", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(4, 9), resuming(epoch_a, 8));
    rig.expect_nothing();
    CHECK(rig.view().state == LinkState::live);
    CHECK(rig.view().acked == 8);

    Rig set_back;
    set_back.live(Rig::stream(4, 9), resuming(epoch_a, 9));
    CHECK(set_back.expect_frame<Bye>().code == 1000);
    CHECK(set_back.expect<Close>().code == 1000);
    CHECK(set_back.expect<Alert>().code == "link.stream_reset");
    set_back.expect<NewEpoch>();
    set_back.expect_nothing(); // no new link before the store has answered
    set_back.after(10s);
    set_back.expect_nothing();
    set_back.push(StreamMoved{{epoch_b, 1, 9, 4}});
    const auto link = set_back.expect<Dial>().link;
    set_back.push(Dialled{link});
    CHECK(set_back.expect_frame<Hello>().stream.epoch == epoch_b);
}

TEST_CASE("a frame before welcome, a second welcome and garbage end the link with 4003", "[relay]")
{
    Rig rig;
    rig.open(Rig::stream(0, 1));
    SECTION("ack before welcome")
    {
        rig.receive(Ack{0, {}});
    }
    SECTION("unknown before welcome")
    {
        rig.receive(Unknown{"news", {}});
    }
    SECTION("a second welcome")
    {
        rig.receive(welcome());
        rig.receive(welcome());
    }
    SECTION("no JSON")
    {
        rig.push(Received{rig.link(), "{\"t\":"});
    }
    SECTION("a member of the wrong type")
    {
        rig.receive(welcome());
        rig.push(Received{rig.link(), R"({"t":"ack","upto":"7"})"});
        CHECK(rig.logged_field("protocol error", "why") == "ack: upto is not an integer");
        CHECK(rig.logged_field("protocol error", "frame") == R"({"t":"ack","upto":"7"})");
    }
    CHECK(rig.expect<Close>().code == 4003);
    CHECK(rig.view().state == LinkState::waiting);
    CHECK(rig.view().disconnects.back().code == 4003);
}

TEST_CASE("a message over the limit ends the link with 4009, and nothing becomes a dead letter", "[relay]")
{
    Rig rig;
    auto small = welcome();
    small.max_message = 1024;
    rig.live(Rig::stream(0, 2), small);
    rig.answer(1, 1);
    rig.expect_events(1, 1);
    rig.push(Received{rig.link(), std::string(1025, ' ')});
    CHECK(rig.expect<Close>().code == 4009);
    rig.expect<MarkAcked>(); // the sending is on record
    rig.reconnect();
    CHECK(rig.expect<Load>().from_seq == 1);
}

TEST_CASE("what this version does not serve is answered as unsupported, and the link stays up", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Unknown{"news", "r-1"});
    CHECK(rig.expect_frame<ErrorFrame>().re == "r-1");
    rig.receive(Unknown{"news", {}});
    CHECK(rig.expect_frame<ErrorFrame>().re == "news");
    rig.receive(Request{"r-2", 1000, "GET", "Tickets/1", {}, {}, {}});
    const auto error = rig.expect_frame<ErrorFrame>();
    CHECK(error.code == "unsupported");
    CHECK(error.re == "r-2");
    rig.receive(Cancel{"r-3"});
    CHECK(rig.expect_frame<ErrorFrame>().re == "r-3");
    rig.receive(Command{"r-4", "reconcile", {}});
    CHECK(rig.expect_frame<ErrorFrame>().re == "r-4");
    rig.receive(Insight{1, 1, "t", {}, {}, {}});
    CHECK(rig.expect_frame<ErrorFrame>().re == "insight");
    CHECK(rig.view().state == LinkState::live);
}

TEST_CASE("an error of the cloud is logged, and the link stays up", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(ErrorFrame{"unsupported", "what is status", "status"});
    rig.expect_nothing();
    CHECK(rig.logged_field("the cloud reports an error", "re") == "status");
}

TEST_CASE("events about a link that was let go of change nothing", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    const auto old = rig.link();
    rig.closed(1006);
    rig.discard();
    rig.push(Received{old, encode(Ack{99, {}})});
    rig.push(Closed{old, 4409, {}});
    rig.push(Dialled{old});
    rig.expect_nothing();
    CHECK(rig.view().state == LinkState::waiting);
}

TEST_CASE("forgetting the link closes it, enrolling opens another", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.push(Forgotten{});
    rig.expect_frame<Bye>();
    rig.expect<Close>();
    CHECK(rig.view().state == LinkState::unenrolled);
    rig.after(1h);
    rig.expect_nothing();
    rig.push(Enrolled{{"other", "wss://other.example/link/v1/connect"}});
    CHECK(rig.expect<Dial>().url == "wss://other.example/link/v1/connect");
}

TEST_CASE("stopping says bye, marks what is acked, and ends for good", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    rig.answer(1, 2);
    rig.expect_events(1, 2);
    rig.receive(Ack{2, {}});
    rig.push(Stop{});
    CHECK(rig.expect<MarkAcked>().upto == 2);
    CHECK(rig.expect_frame<Bye>().code == 1001);
    CHECK(rig.expect<Close>().code == 1001);
    CHECK(rig.view().state == LinkState::ended);
    CHECK_FALSE(rig.wakes_in());
    rig.push(RetryNow{});
    rig.push(Stored{9});
    rig.after(1h);
    rig.expect_nothing();
}

} // namespace mizo::relay
