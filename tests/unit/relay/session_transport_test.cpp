#include "daemon/relay/session_transport.hpp"
#include "tests/unit/relay/rig.hpp"

namespace mizo::relay {

namespace {

DialFailed upgrade_answered(LinkId link, int status, bool is_page = false)
{
    DialFailed failed;
    failed.link = link;
    failed.stage = DialStage::upgrade;
    failed.http_status = status;
    failed.is_page = is_page;
    return failed;
}

Instant at(milliseconds time)
{
    return {SteadyTime{1h + time}, base::from_ms(1'795'000'000'000 + time.count())};
}

// Up to the dial that comes after two upgrades in a row have failed.
Dial dial_after_two_failures(Rig& rig, StreamPosition stream)
{
    rig.start(std::move(stream));
    for (int i = 0; i < 2; ++i) {
        const auto dial = rig.expect<Dial>();
        CHECK(dial.transport == Transport::websocket);
        rig.push(upgrade_answered(dial.link, 400));
        rig.after(rig.view().next_try_in.value_or(0ms));
    }
    return rig.expect<Dial>();
}

// A live link by batches, which is the rig's link.
void live_by_batches(Rig& rig, StreamPosition stream, const Welcome& frame = welcome())
{
    const auto dial = dial_after_two_failures(rig, std::move(stream));
    REQUIRE(dial.transport == Transport::batches);
    rig.use_link(dial.link);
    rig.push(Dialled{dial.link});
    rig.expect_frame<Ping>();
    rig.receive(frame);
    rig.expect_frame<Ping>();
}

} // namespace

TEST_CASE("an upgrade counts as stripped unless it was the cloud that refused it", "[relay]")
{
    struct Case {
        int status;
        bool is_page;
        bool stripped;
    };
    const std::vector<Case> table{
        {200, true, true},  {200, false, true}, {301, false, true},  {400, false, true},  {404, false, true},
        {405, false, true}, {407, false, true}, {426, false, true},  {501, false, true},  {0, false, true},
        {401, true, true},  {403, true, true},  {401, false, false}, {403, false, false}, {429, false, false},
        {500, true, false}, {502, true, false}, {503, false, false}};
    for (const auto& one : table) {
        INFO(one.status << (one.is_page ? ", a page" : ""));
        CHECK(is_stripped(upgrade_answered(1, one.status, one.is_page)) == one.stripped);
    }
    for (const auto stage : {DialStage::resolve, DialStage::connect, DialStage::proxy, DialStage::tls}) {
        auto failed = upgrade_answered(1, 407);
        failed.stage = stage;
        CHECK_FALSE(is_stripped(failed));
    }
}

TEST_CASE("a page in answer to the upgrade is no word of the cloud's: no alert, an ordinary pause", "[relay]")
{
    for (const int status : {401, 403}) {
        Rig rig;
        rig.start(Rig::stream(0, 1));
        rig.push(upgrade_answered(rig.expect<Dial>().link, status, true));
        rig.expect_nothing();
        CHECK(rig.view().next_try_in == 500ms);
    }
}

TEST_CASE("two failed upgrades in a row lead to batches for ten minutes, to the millisecond", "[relay]")
{
    TransportChoice choice{at(0ms)};
    choice.upgrade_failed(at(0ms));
    CHECK(choice.at(at(1ms).steady) == Transport::websocket);
    choice.upgrade_failed(at(2s));
    CHECK(choice.at(at(2s).steady) == Transport::batches);
    CHECK(choice.at(at(2s + 10min - 1ms).steady) == Transport::batches);
    CHECK(choice.at(at(2s + 10min).steady) == Transport::websocket);
    CHECK(choice.since() == at(2s).wall);

    choice.upgrade_failed(at(20min)); // one is enough now
    CHECK(choice.at(at(20min).steady) == Transport::batches);
    CHECK(choice.since() == at(2s).wall);
    choice.websocket_is_live(at(21min));
    CHECK(choice.at(at(21min).steady) == Transport::websocket);
    CHECK(choice.since() == at(21min).wall);
}

TEST_CASE("an upgrade that works in between breaks the row", "[relay]")
{
    TransportChoice choice{at(0ms)};
    choice.upgrade_failed(at(0ms));
    choice.upgraded();
    choice.upgrade_failed(at(0ms));
    CHECK(choice.at(at(0ms).steady) == Transport::websocket);
}

TEST_CASE("batches that do not open either take turns with the WebSocket", "[relay]")
{
    TransportChoice choice{at(0ms)};
    choice.upgrade_failed(at(0ms));
    choice.upgrade_failed(at(0ms));
    choice.batches_failed(at(1s));
    CHECK(choice.at(at(1s).steady) == Transport::websocket);
    CHECK_FALSE(choice.websocket_at());
    choice.upgrade_failed(at(2s));
    CHECK(choice.at(at(2s).steady) == Transport::batches);
}

TEST_CASE("a batch link opens with a ping, and its hello is there to be asked for", "[relay]")
{
    Rig rig;
    const auto dial = dial_after_two_failures(rig, Rig::stream(4, 9));
    CHECK(dial.transport == Transport::batches);
    CHECK(dial.url == url);
    CHECK(rig.session().hello(dial.link, rig.now()).opens);
    rig.push(Dialled{dial.link});
    rig.expect_frame<Ping>();
    rig.expect_nothing();
    rig.use_link(dial.link);
    rig.receive(welcome());
    rig.expect_frame<Ping>();
    CHECK(rig.view().state == LinkState::live);
    CHECK(rig.view().transport == Transport::batches);
    CHECK(rig.view().websocket_try_in == 10min - 1s);

    rig.answer(5, 6);
    rig.expect_events(5, 6);
    rig.receive(Ack{6, {}});
    const auto hello = rig.session().hello(dial.link, rig.now());
    CHECK_FALSE(hello.opens);
    const auto frame = decode(hello.text);
    REQUIRE(frame.has_value());
    CHECK(std::get<Hello>(*frame).session == session_id);
    CHECK(std::get<Hello>(*frame).stream == Rig::stream(6, 9));
    CHECK(rig.session().hello(dial.link + 1, rig.now()).text.empty());
}

TEST_CASE("a later welcome of a batch link acks, and takes nothing back", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 9), welcome({}, {3, 1'000'000}));
    rig.answer(1, 8);
    rig.expect_events(1, 3);
    rig.receive(welcome(Resume{epoch_a, 2}, {3, 1'000'000}));
    rig.expect_events(4, 5);
    CHECK(rig.view().acked == 2);
    SECTION("one that is older, and was read later")
    {
        rig.receive(welcome(Resume{epoch_a, 1}, {3, 1'000'000}));
        rig.receive(welcome({}, {3, 1'000'000}));
        rig.expect_nothing();
        CHECK(rig.view().acked == 2);
        CHECK(rig.view().in_flight == 3);
    }
    SECTION("its window replaces the one before")
    {
        rig.receive(welcome(Resume{epoch_a, 2}, {4, 1'000'000}));
        rig.expect_events(6, 6);
    }
    SECTION("one of what was never sent is a protocol error")
    {
        rig.receive(welcome(Resume{epoch_a, 6}));
        rig.expect_frame<Bye>();
        CHECK(rig.expect<Close>().code == 4003);
    }
}

TEST_CASE("over the WebSocket a second welcome is a protocol error still", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(welcome());
    CHECK(rig.expect<Close>().code == 4003);
}

TEST_CASE("a bye ends a batch link at once, with its code and its pause", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 1));
    rig.receive(Bye{4503, "overloaded", 20'000});
    rig.expect<Close>();
    CHECK(rig.view().disconnects.back().code == 4503);
    CHECK(rig.view().next_try_in > 20s);
    rig.closed(4503);
    CHECK(rig.view().disconnects.size() == 3);
}

TEST_CASE("a relay that stops says bye with a hello of the link", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 1));
    rig.push(Stop{});
    CHECK(rig.expect_frame<Bye>().code == 1001);
    rig.expect<Close>();
    const auto hello = rig.session().hello(rig.link(), rig.now());
    CHECK(hello.text.find(session_id) != hello.text.npos);
}

TEST_CASE("the WebSocket is tried every ten minutes beside the batches, which go on", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 1));
    const auto attempts = rig.view().attempt;
    const auto keep_alive = [&](milliseconds time) {
        rig.receive(Ping{1, {}}); // something is heard
        rig.discard();
        rig.after(time);
    };
    // Ten minutes from the second failure, of which the pause before the batches is one second.
    for (int i = 0; i < 39; ++i) keep_alive(15s);
    keep_alive(14s - 1ms);
    rig.expect_nothing();
    rig.after(1ms);
    const auto dial = rig.expect<Dial>();
    CHECK(dial.transport == Transport::websocket);
    CHECK(rig.view().state == LinkState::live);
    CHECK(rig.view().transport == Transport::batches);
    const LinkId batches = rig.link();

    SECTION("it is stripped still: nothing changes for ten more minutes")
    {
        rig.push(upgrade_answered(dial.link, 400));
        rig.expect_nothing();
        CHECK(rig.view().state == LinkState::live);
        CHECK(rig.view().attempt == attempts);
        CHECK(rig.view().websocket_try_in == 10min);
        CHECK(rig.view().disconnects.size() == 2);
        for (int i = 0; i < 39; ++i) keep_alive(15s);
        keep_alive(15s - 1ms);
        rig.expect_nothing();
        rig.after(1ms);
        CHECK(rig.expect<Dial>().transport == Transport::websocket);
    }
    SECTION("it opens and is not welcomed: the batches go on")
    {
        rig.push(Dialled{dial.link});
        rig.expect_frame<Hello>();
        rig.push(Closed{dial.link, 1006, {}});
        rig.expect_nothing();
        CHECK(rig.view().websocket_try_in == 10min);
        rig.push(Stored{2});
        rig.answer(1, 1);
        CHECK(rig.expect<Send>().link == batches);
    }
    SECTION("it is welcomed: the batch link says bye")
    {
        rig.push(Dialled{dial.link});
        rig.expect_frame<Hello>();
        rig.use_link(dial.link);
        rig.receive(welcome());
        const auto bye = rig.expect<Send>();
        CHECK(bye.link == batches);
        CHECK(rig.expect<Close>().link == batches);
        CHECK(rig.view().transport == Transport::websocket);
        CHECK_FALSE(rig.view().websocket_try_in);
        CHECK(rig.told_live() == std::vector<bool>{true});
    }
    SECTION("the cloud drops the batches for the WebSocket before it welcomes it: that is no loss")
    {
        rig.push(Dialled{dial.link});
        rig.expect_frame<Hello>();
        rig.closed(4001);
        rig.use_link(dial.link);
        rig.receive(welcome());
        CHECK(rig.view().transport == Transport::websocket);
        CHECK(rig.view().disconnects.size() == 2);
    }
    SECTION("the batches end meanwhile: the try becomes the link")
    {
        rig.closed(1006);
        CHECK(rig.view().state == LinkState::dialling);
        rig.push(upgrade_answered(dial.link, 400));
        rig.after(rig.view().next_try_in.value_or(0ms));
        CHECK(rig.expect<Dial>().transport == Transport::batches);
    }
    SECTION("the cloud drains meanwhile, and the try fails: the successor goes by batches")
    {
        rig.receive(Drain{"moving", 1'000, {}});
        rig.push(upgrade_answered(dial.link, 400));
        rig.after(rig.view().next_try_in.value_or(5s));
        CHECK(rig.expect<Dial>().transport == Transport::batches);
    }
}

TEST_CASE("retry now, and a network that comes up, try the WebSocket at once", "[relay]")
{
    for (const bool by_admin : {true, false}) {
        Rig rig;
        live_by_batches(rig, Rig::stream(0, 1));
        if (by_admin)
            rig.push(RetryNow{});
        else
            rig.push(NetworkUp{});
        CHECK(rig.expect<Dial>().transport == Transport::websocket);
        CHECK(rig.view().state == LinkState::live);
    }
}

TEST_CASE("a batch link that was lost is opened anew by batches, until the ten minutes are over", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 1));
    rig.closed(1006);
    rig.after(rig.view().next_try_in.value_or(0ms));
    CHECK(rig.expect<Dial>().transport == Transport::batches);
}

TEST_CASE("batches that open and are refused lead back to the WebSocket", "[relay]")
{
    Rig rig;
    const auto dial = dial_after_two_failures(rig, Rig::stream(0, 1));
    rig.push(Dialled{dial.link});
    rig.expect_frame<Ping>();
    rig.push(Closed{dial.link, 1006, "a page"});
    rig.after(rig.view().next_try_in.value_or(0ms));
    CHECK(rig.expect<Dial>().transport == Transport::websocket);
}

TEST_CASE("batches that cannot be dialled say nothing of the upgrade", "[relay]")
{
    Rig rig;
    const auto dial = dial_after_two_failures(rig, Rig::stream(0, 1));
    DialFailed failed;
    failed.link = dial.link;
    rig.push(failed);
    rig.after(rig.view().next_try_in.value_or(0ms));
    CHECK(rig.expect<Dial>().transport == Transport::batches);
}

TEST_CASE("another cloud is tried by the WebSocket first", "[relay]")
{
    Rig rig;
    live_by_batches(rig, Rig::stream(0, 1));
    rig.push(Enrolled{Identity{"8c1d", "wss://other.example/link/v1/connect"}});
    rig.expect_frame<Bye>();
    rig.expect<Close>();
    CHECK(rig.expect<Dial>().transport == Transport::websocket);
}

} // namespace mizo::relay
