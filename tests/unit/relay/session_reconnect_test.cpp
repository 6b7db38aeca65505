#include "tests/unit/relay/rig.hpp"

namespace mizo::relay {

namespace {

// How long the session waits after a link that had been live ended with this code.
milliseconds pause_after(int code)
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.closed(code);
    return rig.view().next_try_in.value_or(-1ms);
}

DialFailed refused(LinkId link, int http_status)
{
    DialFailed failed;
    failed.link = link;
    failed.stage = DialStage::upgrade;
    failed.http_status = http_status;
    failed.text = "the cloud answered " + std::to_string(http_status);
    return failed;
}

} // namespace

TEST_CASE("each close code leads to what the table says", "[relay]")
{
    // With a jitter of one half, the first backoff is 500 ms and the slow one 5.5 minutes.
    for (const int at_once : {1000, 1001, 4001}) {
        Rig rig;
        rig.live(Rig::stream(0, 1));
        rig.closed(at_once);
        rig.expect<Dial>();
    }
    for (const int backoff : {1006, 1011, 1012, 4002, 4003, 4009, 4503, 4999})
        CHECK(pause_after(backoff) == 500ms);
    CHECK(pause_after(4401) == 330s);
    CHECK(pause_after(4403) == 330s);
    CHECK(pause_after(4426) == 1h);
    CHECK(pause_after(4409) == -1ms);
    CHECK(pause_after(4410) == -1ms);
}

TEST_CASE("what only a person can mend is alerted, and cleared when the link is live again", "[relay]")
{
    const std::vector<std::pair<int, std::string>> table{{4401, "link.key_refused"},
                                                         {4403, "link.disabled"},
                                                         {4409, "link.superseded"},
                                                         {4410, "link.identity_conflict"},
                                                         {4426, "link.version_not_served"}};
    for (const auto& [code, alert] : table) {
        Rig rig;
        rig.live(Rig::stream(0, 1));
        rig.closed(code);
        CHECK(rig.expect<Alert>().code == alert);
        rig.push(RetryNow{});
        CHECK(rig.expect<Clear>().code == alert);
        rig.expect<Dial>();
    }
}

TEST_CASE("superseded and conflicting relays stop until the admin retries", "[relay]")
{
    for (const int code : {4409, 4410}) {
        Rig rig;
        rig.live(Rig::stream(0, 1));
        rig.closed(code);
        rig.expect<Alert>();
        CHECK(rig.view().state == LinkState::stopped);
        rig.push(NetworkUp{});
        rig.push(Stored{2});
        rig.after(24h);
        rig.discard();
        CHECK(rig.view().state == LinkState::stopped);
        rig.push(RetryNow{});
        CHECK(rig.view().state == LinkState::dialling);
    }
}

TEST_CASE("the bye that came before the close says more than a close code that says little", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Bye{4503, "overloaded", 20'000});
    rig.closed(1000);
    CHECK(rig.view().disconnects.back().code == 4503);
    CHECK(rig.view().disconnects.back().text == "overloaded");
    CHECK(rig.view().next_try_in == 20'500ms);
    rig.push(NetworkUp{}); // not even then before retry_ms
    CHECK(rig.view().next_try_in == 20'000ms);
    rig.push(RetryNow{});
    rig.expect<Dial>();
}

TEST_CASE("after a bye without a close the relay closes by itself", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Bye{4001, "draining", {}});
    rig.after(4'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    CHECK(rig.expect<Close>().code == 1000);
    rig.expect<Dial>();
}

TEST_CASE("4009 makes a dead letter of the event after the last ack, unless the cloud has it", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    rig.receive(Ack{1, {}});
    rig.closed(4009);
    rig.expect<MarkAcked>();
    SECTION("the cloud does not have it")
    {
        rig.reconnect(welcome(Resume{epoch_a, 1}));
        const auto letter = rig.expect<DeadLetter>();
        CHECK(letter.seq == 2);
        CHECK(letter.by == DeadLetterBy::relay);
        CHECK(letter.code == "too_large");
        CHECK(rig.expect<Load>().from_seq == 2);
    }
    SECTION("the cloud has it")
    {
        rig.reconnect(welcome(Resume{epoch_a, 2}));
        CHECK(rig.expect<Load>().from_seq == 3);
    }
}

TEST_CASE("4009 with nothing in flight buries nothing", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.closed(4009);
    rig.push(Stored{2});
    rig.reconnect();
    CHECK(rig.expect<Load>().from_seq == 1);
}

TEST_CASE("a cloud that accepts and closes in a circle is not dialled in a circle", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.closed(1001);
    rig.use_link(rig.expect<Dial>().link);
    rig.closed(1001);
    CHECK(rig.view().next_try_in == 500ms);
    rig.after(500ms);
    rig.use_link(rig.expect<Dial>().link);
    rig.after(5s);
    rig.closed(1001);
    rig.expect<Dial>();
}

TEST_CASE("the backoff grows with each failure, and starts again after 60 s of a live link", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(0, 1));
    for (const auto pause : {500ms, 1'000ms, 2'000ms, 4'000ms, 8'000ms, 16'000ms, 30'000ms, 30'000ms}) {
        const auto link = rig.expect<Dial>().link;
        DialFailed failed;
        failed.link = link;
        rig.push(failed);
        CHECK(rig.view().next_try_in == pause);
        rig.after(pause - 1ms);
        rig.expect_nothing();
        rig.after(1ms);
    }
    rig.use_link(rig.expect<Dial>().link);
    CHECK(rig.view().attempt == 9);
    rig.push(Dialled{rig.link()});
    rig.expect_frame<Hello>();
    rig.receive(welcome());
    CHECK(rig.view().attempt == 0);

    SECTION("one millisecond short")
    {
        rig.after(20s);
        rig.receive(Pong{1, {}});
        rig.after(20s);
        rig.receive(Pong{2, {}});
        rig.after(19'999ms);
        rig.discard();
        rig.closed(1006);
        CHECK(rig.view().next_try_in == 30'000ms);
    }
    SECTION("a minute")
    {
        rig.after(20s);
        rig.receive(Pong{1, {}});
        rig.after(20s);
        rig.receive(Pong{2, {}});
        rig.after(20s);
        rig.discard();
        rig.closed(1006);
        CHECK(rig.view().next_try_in == 500ms);
    }
}

TEST_CASE("an upgrade refused with 401 or 403 slows the relay down, and names a wrong clock", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(0, 1));
    auto failed = refused(rig.expect<Dial>().link, 401);
    failed.date = rig.now().wall - 2h;
    rig.push(failed);
    const auto alert = rig.expect<Alert>();
    CHECK(alert.code == "link.key_refused");
    CHECK(alert.text.find("7200 s ahead of the cloud's") != std::string::npos);
    CHECK(rig.view().next_try_in == 330s);
    rig.push(NetworkUp{});
    CHECK(rig.view().next_try_in == 330s);

    Rig disabled;
    disabled.start(Rig::stream(0, 1));
    disabled.push(refused(disabled.expect<Dial>().link, 403));
    CHECK(disabled.expect<Alert>().code == "link.disabled");
}

TEST_CASE("a proxy's 403 is not the cloud's", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(0, 1));
    auto failed = refused(rig.expect<Dial>().link, 403);
    failed.stage = DialStage::proxy;
    rig.push(failed);
    rig.expect_nothing();
    CHECK(rig.view().next_try_in == 500ms);
}

TEST_CASE("Retry-After is obeyed, but not for longer than an hour", "[relay]")
{
    Rig rig;
    rig.start(Rig::stream(0, 1));
    auto failed = refused(rig.expect<Dial>().link, 503);
    failed.retry_after = 30s;
    rig.push(failed);
    CHECK(rig.view().next_try_in == 30'500ms);

    Rig far;
    far.start(Rig::stream(0, 1));
    failed.link = far.expect<Dial>().link;
    failed.retry_after = 1000h;
    far.push(failed);
    CHECK(far.view().next_try_in == 3'600'500ms);
}

TEST_CASE("the network's return and the admin's hand cut the wait short", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.closed(1006);
    rig.push(NetworkUp{});
    rig.use_link(rig.expect<Dial>().link);
    rig.closed(1006);
    rig.push(RetryNow{});
    rig.expect<Dial>();
}

TEST_CASE("a link down for five minutes is alerted, and cleared when it is live", "[relay]")
{
    auto settings = Rig::defaults();
    settings.jitter = [] { return 1.0; };
    Rig rig{settings};
    rig.live(Rig::stream(0, 1));
    rig.closed(4401);
    rig.expect<Alert>();
    rig.after(299'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    CHECK(rig.expect<Alert>().code == "link.down");
    rig.reconnect();
    CHECK(rig.expect<Clear>().code == "link.down");
    CHECK(rig.expect<Clear>().code == "link.key_refused");
}

TEST_CASE("the admin sees the newest twenty disconnects", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    for (int i = 0; i < 21; ++i) {
        rig.closed(1006, "cut " + std::to_string(i) + std::string(300, '.'));
        rig.discard();
        rig.reconnect();
    }
    const auto disconnects = rig.view().disconnects;
    REQUIRE(disconnects.size() == 20);
    CHECK(disconnects.front().text.substr(0, 6) == "cut 1.");
    CHECK(disconnects.back().text.size() == 200);
}

TEST_CASE("silence is answered by a ping after heartbeat_ms, and ends the link after dead_ms", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.after(19'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    const auto ping = rig.expect_frame<Ping>();
    rig.after(40ms);
    SECTION("a pong that repeats n keeps it, and gives the round trip")
    {
        rig.receive(Pong{ping.n, {}});
        CHECK(rig.view().rtt == 40ms);
        rig.after(19'999ms);
        rig.expect_nothing();
    }
    SECTION("nothing")
    {
        rig.after(29'959ms);
        rig.expect_frame<Ping>();
        rig.expect_nothing();
        rig.after(1ms);
        CHECK(rig.expect<Close>().code == 4002);
    }
}

TEST_CASE("a ping is answered by a pong that repeats n, a flood of them ends the link", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Ping{77, {}});
    CHECK(rig.expect_frame<Pong>().n == 77);
    for (int i = 1; i < 1000; ++i) rig.receive(Ping{i, {}});
    for (int i = 1; i < 1000; ++i) rig.expect_frame<Pong>();
    rig.receive(Ping{1000, {}});
    CHECK(rig.expect<Close>().code == 4003);
}

TEST_CASE("I8: events in flight and no ack for progress_ms is a dead link, however lively it pings",
          "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 3));
    rig.answer(1, 2);
    rig.expect_events(1, 2);
    rig.after(15s);
    rig.receive(Ack{1, {}}); // that is progress
    rig.after(15s);
    rig.receive(Ping{1, {}});
    rig.after(14'999ms);
    rig.receive(Ack{1, {}}); // that is none
    rig.discard();
    CHECK(rig.view().state == LinkState::live);
    rig.after(1ms);
    CHECK(rig.expect<Close>().code == 4002);
    CHECK(rig.view().disconnects.back().text == "no ack in time");
}

TEST_CASE("I8 owes nothing while nothing waits", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    for (int i = 0; i < 20; ++i) {
        rig.after(10s);
        rig.receive(Ping{i, {}});
    }
    CHECK(rig.view().state == LinkState::live);
}

TEST_CASE("on drain the new link is live before the old one says bye, and the stream goes on there",
          "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 4));
    rig.answer(1, 3);
    rig.expect_events(1, 3);
    const auto old = rig.link();
    rig.receive(Drain{"rolling update", 30'000, "wss://other.example/link/v1/connect"});
    const auto dial = rig.expect<Dial>();
    CHECK(dial.url == "wss://other.example/link/v1/connect");
    rig.push(Dialled{dial.link});
    CHECK(rig.expect_frame<Hello>().stream.acked == 0);
    rig.push(Received{old, encode(Ack{1, {}})}); // the old one still counts
    CHECK(rig.view().acked == 1);
    rig.push(Stored{5});
    rig.discard(); // loaded perhaps, but not sent over the old one
    rig.use_link(dial.link);
    rig.receive(welcome(Resume{epoch_a, 2}));
    rig.expect<MarkAcked>();
    const auto bye = rig.expect<Send>();
    CHECK(bye.link == old);
    CHECK(bye.text.find("\"bye\"") != std::string::npos);
    const auto close = rig.expect<Close>();
    CHECK(close.link == old);
    CHECK(close.code == 1000);
    rig.answer(3, 4);
    CHECK(rig.expect<Send>().link == dial.link);
}

TEST_CASE("while the new link fails, the old one goes on delivering", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Drain{"rolling update", 30'000, {}});
    const auto link = rig.expect<Dial>().link;
    rig.push(Dialled{link});
    rig.expect_frame<Hello>();
    rig.push(Stored{2});
    rig.answer(1, 1);
    rig.expect_nothing();
    rig.push(Closed{link, 1006, {}});
    rig.expect_events(1, 1);
    CHECK(rig.view().state == LinkState::live);
    rig.after(500ms);
    rig.expect<Dial>(); // with backoff
}

TEST_CASE("when the old link ends first, the new one takes its place", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 2));
    rig.discard();
    rig.receive(Drain{"rolling update", 30'000, {}});
    const auto link = rig.expect<Dial>().link;
    rig.closed(1001);
    rig.expect_nothing();
    CHECK(rig.view().state == LinkState::dialling);
    rig.use_link(link);
    rig.push(Dialled{link});
    rig.expect_frame<Hello>();
    rig.receive(welcome());
    CHECK(rig.expect<Load>().from_seq == 1);
}

TEST_CASE("a drain to a place that is no allowed link goes to the known one", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 1));
    rig.receive(Drain{"moved", 30'000, "ws://evil.example/"});
    CHECK(rig.expect<Dial>().url == url);
}

TEST_CASE("status is sent at the start, on a change that matters, and every 60 s", "[relay]")
{
    Rig rig;
    Status status;
    status.version = "1.0.0";
    rig.push(StatusFacts{status});
    rig.live(Rig::stream(0, 1));
    rig.expect_frame<Ping>();
    CHECK(rig.expect_frame<Status>() == status);
    status.queued = 7;
    rig.push(StatusFacts{status});
    rig.expect_nothing();
    status.dead_letters = 1;
    rig.push(StatusFacts{status});
    CHECK(rig.expect_frame<Status>().queued == 7);
    status.alerts.push_back({"disk_low", false, {}});
    rig.push(StatusFacts{status});
    CHECK(rig.expect_frame<Status>().alerts == status.alerts);
    for (int i = 0; i < 3; ++i) {
        rig.after(15s);
        rig.receive(Ping{i, {}});
        rig.expect_frame<Pong>();
    }
    rig.after(14'999ms);
    rig.expect_nothing();
    rig.after(1ms);
    rig.expect_frame<Ping>();
    rig.expect_frame<Status>();
}

TEST_CASE("what the admin chooses is told to the cloud at once", "[relay]")
{
    Rig rig;
    Status status;
    status.settings = ChosenSettings{};
    rig.push(StatusFacts{status});
    rig.live(Rig::stream(0, 1));
    rig.expect_frame<Ping>();
    rig.expect_frame<Status>();
    rig.push(StatusFacts{status});
    rig.expect_nothing();
    status.settings->triage = true;
    status.settings->ticket_types = {25};
    rig.push(StatusFacts{status});
    CHECK(rig.expect_frame<Status>() == status);
}

TEST_CASE("the log says why a link was lost, and what a protocol error of ours was about", "[relay]")
{
    Rig rig;
    rig.live(Rig::stream(0, 2));
    rig.answer(1, 1);
    rig.closed(4003, "bad seq");
    CHECK(rig.logged_field("link live", "session") == session_id);
    CHECK(rig.logged_field("link lost", "code") == "4003");
    CHECK(rig.logged_field("link lost", "reason") == "bad seq");
    CHECK(rig.logged_field("the cloud saw a protocol error", "sent").starts_with(R"({"t":"event","seq":1)"));
}

} // namespace mizo::relay
