#include "daemon/relay/session_dialogue.hpp"
#include "tests/unit/relay/rig.hpp"

// What the cloud asks beside the stream, and how it is answered.
namespace mizo::relay {

namespace {

constexpr std::int64_t mib = 1024 * 1024;

Request request(const std::string& rid)
{
    Request frame;
    frame.rid = rid;
    frame.method = "GET";
    frame.path = "Tickets/1";
    return frame;
}
Command command(const std::string& rid)
{
    return {rid, "reconcile", {}};
}
Response answer(const std::string& rid, std::size_t bytes = 2)
{
    Response frame;
    frame.rid = rid;
    frame.status = 200;
    frame.body = boost::json::string(bytes, 'b');
    return frame;
}
Done done(const std::string& rid)
{
    return {rid, true, {}, {}, {}};
}
Insight insight()
{
    Insight frame;
    frame.ticket_id = 4242;
    frame.title = "Printer";
    return frame;
}

// A live link, with everything served and a window of 1 MiB.
class Served : public Rig {
public:
    Served()
    {
        push(Serves{{"request", "insight", "command"}});
        live(stream(0, 1), welcome({}, {256, mib}));
    }
    void ask(int count)
    {
        for (int i = 0; i < count; ++i) {
            receive(request(std::to_string(i)));
            expect<Hand>();
        }
    }
    void expect_refused(const std::string& rid)
    {
        const auto frame = expect_frame<Response>();
        CHECK(frame.rid == rid);
        CHECK(frame.error.value().code == "rate_limited");
    }
};

} // namespace

TEST_CASE("hello says what is served, and only that is handed on", "[relay][dialogue]")
{
    Rig rig;
    rig.push(Serves{{"request"}});
    rig.start(Rig::stream(0, 1));
    rig.push(Dialled{rig.expect<Dial>().link});
    CHECK(rig.expect_frame<Hello>().caps == std::vector<std::string>{"request"});
    rig.use_link(1);
    rig.receive(welcome());

    rig.receive(request("a"));
    CHECK(std::get<Request>(rig.expect<Hand>().frame) == request("a"));
    rig.receive(Cancel{"a"});
    CHECK(std::get<Cancel>(rig.expect<Hand>().frame).rid == "a");
    rig.receive(command("c"));
    CHECK(rig.expect_frame<ErrorFrame>().re == "c");
    rig.receive(insight());
    CHECK(rig.expect_frame<ErrorFrame>().re == "insight");
    rig.receive(done("d"));
    CHECK(rig.expect_frame<ErrorFrame>().code == "unsupported");
}

TEST_CASE("insights, commands and answers to the tab are handed on in their order", "[relay][dialogue]")
{
    Served rig;
    rig.receive(insight());
    CHECK(std::get<Insight>(rig.expect<Hand>().frame).ticket_id == 4242);
    rig.receive(command("c"));
    CHECK(std::get<Command>(rig.expect<Hand>().frame).rid == "c");
    rig.receive(done("d"));
    CHECK(std::get<Done>(rig.expect<Hand>().frame).rid == "d");

    rig.push(Outgoing{done("c")});
    CHECK(rig.expect_frame<Done>().rid == "c");
    rig.push(Outgoing{TabAction{"t", 4242, 7, "retry"}});
    CHECK(rig.expect_frame<TabAction>().action_id == "retry");
    rig.expect_nothing();
}

TEST_CASE("a request is answered once, and only what was asked is answered", "[relay][dialogue]")
{
    Served rig;
    rig.ask(1);
    rig.push(Outgoing{answer("other")});
    rig.push(Outgoing{done("0")});
    rig.expect_nothing();
    rig.push(Outgoing{answer("0")});
    CHECK(rig.expect_frame<Response>() == answer("0"));
    rig.push(Outgoing{answer("0")});
    rig.expect_nothing();
    // Frames of the session's own are not for others to send.
    rig.push(Outgoing{Ack{7, {}}});
    rig.expect_nothing();
}

TEST_CASE("64 requests wait for answers at most, and what comes beyond them is refused alone",
          "[relay][dialogue]")
{
    Served rig;
    rig.ask(63);
    rig.receive(command("c"));
    rig.expect<Hand>();
    for (int i = 0; i < 5'000; ++i) {
        rig.receive(request("more"));
        rig.expect_refused("more");
    }
    rig.receive(command("d"));
    const auto refused = rig.expect_frame<Done>();
    CHECK(refused.rid == "d");
    CHECK_FALSE(refused.ok);
    CHECK(refused.code == "rate_limited");
    // Neither taking back nor showing is kept waiting.
    rig.receive(Cancel{"0"});
    rig.expect<Hand>();
    rig.receive(insight());
    rig.expect<Hand>();

    rig.push(Outgoing{answer("0")});
    rig.expect_frame<Response>();
    rig.receive(request("more"));
    rig.expect<Hand>();
    rig.receive(request("again"));
    rig.expect_refused("again");
    CHECK(rig.view().state == LinkState::live);
}

TEST_CASE("what was asked over a link that is lost is answered to nobody", "[relay][dialogue]")
{
    Served rig;
    CHECK(rig.told_live() == std::vector<bool>{true});
    rig.ask(64);
    rig.closed(1006);
    CHECK(rig.told_live() == std::vector<bool>{true, false});
    rig.push(Outgoing{answer("0")});
    rig.push(Outgoing{TabAction{"t", 1, 1, "a"}});
    rig.expect_nothing();
    rig.reconnect();
    CHECK(rig.told_live() == std::vector<bool>{true, false, true});
    rig.push(Outgoing{answer("0")});
    rig.expect_nothing();
    rig.ask(64);
}

TEST_CASE("the end of the session is told to whom it serves", "[relay][dialogue]")
{
    Served rig;
    rig.push(Stop{});
    CHECK(rig.told_live() == std::vector<bool>{true, false});
}

TEST_CASE("while draining, answers leave over the link they came from, and then over its successor",
          "[relay][dialogue]")
{
    Served rig;
    rig.ask(3);
    rig.receive(Drain{"deploy", 30'000, {}});
    const LinkId old = rig.link();
    const LinkId next = rig.expect<Dial>().link;
    rig.push(Outgoing{answer("0")});
    CHECK(rig.expect<Send>().link == old);
    rig.push(Dialled{next});
    rig.expect_frame<Hello>();
    rig.push(Outgoing{answer("1")});
    CHECK(rig.expect<Send>().link == old);
    rig.use_link(next);
    rig.receive(welcome());
    rig.expect_frame<Bye>();
    rig.expect<Close>();
    rig.push(Outgoing{answer("2")});
    CHECK(rig.expect<Send>().link == next);
    CHECK(rig.told_live() == std::vector<bool>{true});
}

TEST_CASE("an answer over what the cloud takes becomes an error in its place", "[relay][dialogue]")
{
    Served rig;
    rig.ask(2);
    const auto whole = static_cast<std::size_t>(8 * mib);
    const auto frame = encode(answer("0", 0)).size();
    rig.push(Outgoing{answer("0", whole - frame)});
    CHECK(rig.expect<Send>().text.size() == whole);
    rig.push(Outgoing{answer("1", whole - frame + 1)});
    const auto error = rig.expect_frame<Response>();
    CHECK(error.rid == "1");
    CHECK(error.error.value().code == "too_large");
}

TEST_CASE("answers that the cloud does not read are not heaped up", "[relay][dialogue]")
{
    Served rig;
    rig.ask(2);
    rig.receive(command("c"));
    rig.expect<Hand>();
    // The window, and 16 MiB beside it.
    const auto room = 17 * mib - static_cast<std::int64_t>(encode(answer("0")).size());
    rig.push(Outgoing{answer("0"), room});
    CHECK_FALSE(rig.expect_frame<Response>().error);
    rig.push(Outgoing{answer("1"), room + 1});
    CHECK(rig.expect_frame<Response>().error.value().code == "rate_limited");
    rig.push(Outgoing{done("c"), 17 * mib});
    CHECK(rig.expect_frame<Done>().code == "rate_limited");
    // Who pressed the button hears of it here.
    rig.push(Outgoing{TabAction{"t", 1, 1, "a"}, 17 * mib});
    const auto told = std::get<Done>(rig.expect<Hand>().frame);
    CHECK(told.rid == "t");
    CHECK_FALSE(told.ok);
}

TEST_CASE("a cloud that asks and asks and reads nothing is left", "[relay][dialogue]")
{
    Served rig;
    rig.push(Received{rig.link(), encode(Ping{1, {}}), 21 * mib});
    rig.expect_frame<Pong>();
    rig.push(Received{rig.link(), encode(Ping{2, {}}), 21 * mib + 1});
    CHECK(rig.expect<Close>().code == close_code::heartbeat_lost);
    CHECK(rig.view().state == LinkState::waiting);
}

} // namespace mizo::relay
