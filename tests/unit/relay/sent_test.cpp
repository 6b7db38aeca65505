#include "daemon/relay/sent.hpp"

#include <catch2/catch.hpp>

#include <sstream>
#include <string>

using namespace mizo;
using relay::Sent;
using relay::Seq;

namespace {

const base::WallTime at_first = base::from_ms(1'000);
const base::WallTime at_end = base::from_ms(9'000);

relay::MarkAcked sent(Seq first, Seq last, base::WallTime at = at_first, const std::string& session = "s1")
{
    relay::MarkAcked mark;
    mark.sendings = {{first, last, at, at}};
    mark.session = session;
    return mark;
}

relay::Loaded loaded(Seq seq, std::int64_t attempts)
{
    relay::Loaded loaded;
    relay::LoadedEvent& event = loaded.events.emplace_back();
    event.seq = seq;
    event.attempts = attempts;
    return loaded;
}

// "1-3#1 4-4#2": each range with its attempt.
std::string ranges(const std::vector<store::Send>& sends)
{
    std::ostringstream text;
    for (const auto& send : sends)
        text << (text.tellp() > 0 ? " " : "") << send.first_seq << '-' << send.last_seq << '#'
             << send.attempt;
    return text.str();
}

} // namespace

TEST_CASE("an ack ends the sendings it covers, each with its session and times", "[relay][sent]")
{
    Sent open;
    open.add(sent(1, 3));
    open.add(sent(4, 4, base::from_ms(2'000), "s2"));
    const auto ended = open.acked(4, at_end);
    REQUIRE(ranges(ended) == "1-3#1 4-4#1");
    CHECK(ended[0].sent == at_first);
    CHECK(ended[0].session == "s1");
    CHECK(ended[1].sent == base::from_ms(2'000));
    CHECK(ended[1].session == "s2");
    for (const auto& send : ended) {
        CHECK(send.outcome == store::SendOutcome::acked);
        CHECK(send.ended == at_end);
        CHECK_FALSE(send.code);
    }
    CHECK(open.acked(4, at_end).empty());
    CHECK(open.lost("link_lost", "", at_end).empty());
}

TEST_CASE("an ack that falls into a sending cuts it, and the rest stays open", "[relay][sent]")
{
    Sent open;
    open.add(sent(1, 10));
    CHECK(open.acked(0, at_end).empty());
    CHECK(ranges(open.acked(3, at_end)) == "1-3#1");
    CHECK(open.acked(3, at_end).empty());
    CHECK(ranges(open.acked(9, at_end)) == "4-9#1");
    CHECK(ranges(open.lost("link_lost", "The link broke", at_end)) == "10-10#1");
}

TEST_CASE("an ack leaves sendings alone that begin beyond it", "[relay][sent]")
{
    Sent open;
    open.add(sent(5, 6));
    CHECK(open.acked(4, at_end).empty());
    CHECK(ranges(open.acked(5, at_end)) == "5-5#1");
    CHECK(ranges(open.acked(100, at_end)) == "6-6#1");
}

TEST_CASE("a lost link ends every open sending with the reason", "[relay][sent]")
{
    Sent open;
    open.add(sent(1, 2));
    open.add(sent(3, 5));
    REQUIRE(ranges(open.acked(1, at_end)) == "1-1#1");
    const auto ended = open.lost("ack_timeout", "No ack in 30 s", at_end);
    CHECK(ranges(ended) == "2-2#1 3-5#1");
    for (const auto& send : ended) {
        CHECK(send.outcome == store::SendOutcome::lost);
        CHECK(send.code == "ack_timeout");
        CHECK(send.text == "No ack in 30 s");
        CHECK(send.ended == at_end);
    }
    CHECK(open.acked(5, at_end).empty());
}

TEST_CASE("a range is split where the number of the attempt changes", "[relay][sent]")
{
    Sent open;
    open.note(loaded(2, 1));
    open.note(loaded(3, 1));
    open.note(loaded(4, 7));
    open.note(loaded(5, 0));
    open.add(sent(1, 6));
    CHECK(ranges(open.acked(6, at_end)) == "1-1#1 2-3#2 4-4#8 5-6#1");
}

TEST_CASE("what is acked is forgotten, what is lost is counted from what is loaded anew", "[relay][sent]")
{
    Sent open;
    open.note(loaded(1, 3));
    open.note(loaded(2, 3));
    open.add(sent(1, 2));
    CHECK(ranges(open.acked(1, at_end)) == "1-1#4");
    CHECK(ranges(open.lost("link_lost", "", at_end)) == "2-2#4");
    open.note(loaded(2, 4));
    // A cloud that went back gets 1 once more; the store says nothing of earlier sendings.
    open.add(sent(1, 2));
    CHECK(ranges(open.acked(2, at_end)) == "1-1#1 2-2#5");
}

TEST_CASE("no piece is longer than a row of the store holds", "[relay][sent]")
{
    constexpr Seq longest = store::Send::longest;
    for (const Seq length : {longest - 1, longest, longest + 1, 2 * longest, 2 * longest + 1}) {
        INFO(length);
        Sent open;
        open.add(sent(1, length));
        const auto ended = open.acked(length, at_end);
        CHECK(static_cast<Seq>(ended.size()) == (length + longest - 1) / longest);
        Seq next = 1;
        for (const auto& send : ended) {
            CHECK(send.first_seq == next);
            CHECK(send.last_seq - send.first_seq < longest);
            next = send.last_seq + 1;
        }
        CHECK(next == length + 1);
    }
}
