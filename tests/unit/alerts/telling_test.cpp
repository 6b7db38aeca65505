#include "daemon/alerts/telling.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::alerts;
using namespace std::chrono_literals;
using Kind = Errand::Kind;
using store::Told;

namespace {

const auto noon = base::from_ms(1'795'514'400'000);

store::AlertRow alert(const std::string& id, bool severe = true)
{
    store::AlertRow row;
    row.id = row.key = id;
    row.what = {"link_down_long", "No connection to Mizo for 5 min", "{}"};
    row.severe = severe;
    row.since = noon;
    return row;
}

Outcome outcome(Outcome::Kind kind, std::optional<std::int64_t> ticket = {})
{
    Outcome made;
    made.kind = kind;
    made.ticket = ticket;
    return made;
}

// Tells what it is asked to do in words, on a clock that only the test moves.
struct Rig {
    Telling telling;
    Places places{true, true};
    base::SteadyTime now{1'000s};
    std::optional<Errand> in_hand;

    void raise(const std::string& id, bool severe = true, bool halo_itself = false)
    {
        telling.raised(alert(id, severe), halo_itself, places, now);
    }
    void end(const std::string& id) { telling.ended(id, false, noon + 10min, now); }

    std::string next()
    {
        in_hand = telling.next(places, now);
        if (!in_hand) return "nothing";
        constexpr const char* names[] = {"post ", "find ", "ticket ", "note "};
        const std::string what = names[static_cast<int>(in_hand->kind)];
        return what + in_hand->alert.id + (in_hand->alert.ended ? " over" : "");
    }
    void done(Outcome::Kind kind = Outcome::Kind::done, std::optional<std::int64_t> ticket = {})
    {
        telling.done(*in_hand, outcome(kind, ticket), now);
    }
    // The newest state that is kept of an alert.
    store::AlertRow kept(const std::string& id)
    {
        for (store::AlertRow& row : telling.take_changed()) rows[row.id] = std::move(row);
        return rows.at(id);
    }

    std::map<std::string, store::AlertRow> rows;
};

} // namespace

TEST_CASE("an alert is posted once when it comes and once when it goes", "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    CHECK(rig.next() == "post a");
    rig.done();
    CHECK(rig.next() == "nothing");
    rig.end("a");
    CHECK(rig.next() == "post a over");
    rig.done();
    CHECK(rig.next() == "nothing");
    CHECK(rig.kept("a").webhook == Told::told);
    CHECK_FALSE(rig.telling.wake(rig.places));
}

TEST_CASE("one thing is in hand at a time", "[alerts][telling]")
{
    Rig rig;
    rig.raise("a");
    rig.raise("b");
    CHECK(rig.next() == "post a");
    const auto first = rig.in_hand;
    CHECK(rig.next() == "nothing");
    rig.in_hand = first;
    rig.done();
    CHECK(rig.next() == "ticket a");
}

TEST_CASE("what is over before anybody was reached is told once, as over, and makes no ticket",
          "[alerts][telling]")
{
    Rig rig;
    rig.raise("a");
    CHECK(rig.next() == "post a");
    rig.done(Outcome::Kind::not_now);
    CHECK(rig.next() == "ticket a");
    rig.done(Outcome::Kind::not_now);
    rig.end("a");
    rig.now += 5s;
    CHECK(rig.next() == "post a over");
    rig.done();
    CHECK(rig.next() == "nothing");
    CHECK(rig.kept("a").ticket == Told::off);
}

TEST_CASE("an alert that ends while its beginning is being posted has its end posted too",
          "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    CHECK(rig.next() == "post a");
    rig.end("a");
    rig.done();
    CHECK(rig.next() == "post a over");
}

TEST_CASE("a place that fails is left alone for twice as long each time, ten minutes at most",
          "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    rig.raise("b");
    const std::chrono::seconds pauses[] = {5s, 10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s};
    for (const auto pause : pauses) {
        CHECK(rig.next() == "post a");
        rig.done(Outcome::Kind::not_now);
        CHECK(rig.telling.wake(rig.places) == rig.now + pause);
        rig.now += pause - 1ms;
        CHECK(rig.next() == "nothing"); // for b too: it is the same place
        rig.now += 1ms;
    }
    CHECK(rig.next() == "post a");
    rig.done();
    CHECK(rig.next() == "post b");
    rig.done(Outcome::Kind::not_now);
    CHECK(rig.telling.wake(rig.places) == rig.now + 5s);
}

TEST_CASE("the receiver's own word on when to come back is kept, within bounds", "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    rig.next();
    Outcome later = outcome(Outcome::Kind::not_now);
    later.retry_after = 90s;
    rig.telling.done(*rig.in_hand, later, rig.now);
    CHECK(rig.telling.wake(rig.places) == rig.now + 90s);
    rig.now += 90s;
    rig.next();
    later.retry_after = 24h;
    rig.telling.done(*rig.in_hand, later, rig.now);
    CHECK(rig.telling.wake(rig.places) == rig.now + 10min);
}

TEST_CASE("what cannot be told is given up after six hours, not before, and said once", "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    rig.next();
    rig.done(Outcome::Kind::not_now);
    rig.now += 6h - 1ms;
    CHECK(rig.next() == "post a");
    rig.done(Outcome::Kind::not_now);
    CHECK(rig.telling.take_given_up().empty());
    rig.now += 1ms;
    CHECK(rig.next() == "nothing");
    CHECK(rig.telling.take_given_up().size() == 1);
    CHECK(rig.telling.take_given_up().empty());
    CHECK(rig.kept("a").webhook == Told::given_up);
    CHECK_FALSE(rig.telling.wake(rig.places));
    CHECK(rig.telling.on().size() == 1);
}

TEST_CASE("a receiver that refuses for good is not asked again, but told of the end", "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    rig.raise("a");
    rig.next();
    rig.done(Outcome::Kind::refused);
    CHECK(rig.next() == "nothing");
    CHECK(rig.telling.take_given_up().size() == 1);
    rig.end("a");
    CHECK(rig.next() == "post a over");
}

TEST_CASE("a severe alert makes one ticket, and gets a note when it is over", "[alerts][telling]")
{
    Rig rig;
    rig.places.webhook = false;
    rig.raise("a");
    CHECK(rig.next() == "ticket a");
    rig.done(Outcome::Kind::done, 4711);
    CHECK(rig.next() == "nothing");
    CHECK(rig.kept("a").ticket_id == 4711);
    rig.end("a");
    CHECK(rig.next() == "note a over");
    CHECK(rig.in_hand->alert.ticket_id == 4711);
    rig.done();
    CHECK(rig.next() == "nothing");
}

TEST_CASE("warnings, and alerts of HaloPSA itself, make no ticket", "[alerts][telling]")
{
    Rig rig;
    rig.places.webhook = false;
    rig.raise("mild", false);
    rig.raise("of halo", true, true);
    CHECK(rig.next() == "nothing");
    CHECK(rig.kept("of halo").ticket == Told::off);
}

TEST_CASE("after a call of which nobody knows how it ended, the ticket is looked for before another is made",
          "[alerts][telling]")
{
    Rig rig;
    rig.places.webhook = false;
    rig.raise("a");
    CHECK(rig.next() == "ticket a");
    rig.done(Outcome::Kind::uncertain);
    CHECK(rig.next() == "nothing");
    rig.now += 5s;
    CHECK(rig.next() == "find a");
    SECTION("it is there")
    {
        rig.done(Outcome::Kind::done, 4711);
        CHECK(rig.next() == "nothing");
        CHECK(rig.kept("a").ticket == Told::told);
        CHECK(rig.kept("a").ticket_id == 4711);
    }
    SECTION("it is not there")
    {
        rig.done();
        CHECK(rig.next() == "ticket a");
    }
    SECTION("the alert is over meanwhile, and it is there")
    {
        rig.end("a");
        rig.done(Outcome::Kind::done, 4711);
        CHECK(rig.next() == "note a over");
    }
    SECTION("the alert is over meanwhile, and it is not there")
    {
        rig.end("a");
        rig.done();
        CHECK(rig.next() == "nothing");
        CHECK(rig.kept("a").ticket == Told::off);
    }
}

TEST_CASE("a note that may be there is not made twice", "[alerts][telling]")
{
    Rig rig;
    rig.places.webhook = false;
    rig.raise("a");
    rig.next();
    rig.done(Outcome::Kind::done, 4711);
    rig.end("a");
    CHECK(rig.next() == "note a over");
    rig.done(Outcome::Kind::uncertain);
    rig.now += 1h;
    CHECK(rig.next() == "nothing");
}

TEST_CASE("a ticket is noted as asked for before it is", "[alerts][telling]")
{
    Rig rig;
    rig.places.webhook = false;
    rig.raise("a");
    rig.next();
    CHECK(rig.kept("a").ticket_asked);
}

TEST_CASE("what was on at the last start and is told stays untold now; what waited goes on waiting",
          "[alerts][telling]")
{
    Rig rig;
    store::AlertRow told = alert("told");
    told.webhook = told.ticket = Told::told;
    told.ticket_id = 1;
    store::AlertRow waiting = alert("waiting");
    waiting.webhook = Told::waiting;
    store::AlertRow asked = alert("asked");
    asked.ticket = Told::waiting;
    asked.ticket_asked = true;
    rig.telling.resume({told, waiting, asked}, noon + 1h, rig.now);
    CHECK(rig.next() == "post waiting");
    rig.done();
    CHECK(rig.next() == "find asked");
    rig.done(Outcome::Kind::done, 2);
    CHECK(rig.next() == "nothing");
    CHECK(rig.telling.on().size() == 3);
    rig.end("told");
    CHECK(rig.next() == "post told over");
}

TEST_CASE("what is older than a day at a start is not told any more", "[alerts][telling]")
{
    Rig rig;
    store::AlertRow waiting = alert("a");
    waiting.webhook = Told::waiting;
    SECTION("a day")
    {
        rig.telling.resume({waiting}, noon + 24h, rig.now);
        CHECK(rig.next() == "post a");
    }
    SECTION("more")
    {
        rig.telling.resume({waiting}, noon + 24h + 1ms, rig.now);
        CHECK(rig.next() == "nothing");
        CHECK(rig.kept("a").webhook == Told::given_up);
    }
}

TEST_CASE("nothing is told where there is no place for it, not even the end of what was raised so",
          "[alerts][telling]")
{
    Rig rig;
    rig.places = {};
    rig.raise("a");
    rig.places = {true, true};
    CHECK(rig.next() == "nothing");
    rig.end("a");
    CHECK(rig.next() == "nothing");
    CHECK(rig.kept("a").ended == noon + 10min);
}

TEST_CASE("a hundred alerts that are over may wait; of more the oldest is given up", "[alerts][telling]")
{
    Rig rig;
    rig.places.ticket = false;
    for (int i = 0; i < 100; ++i) {
        rig.raise(std::to_string(i));
        rig.end(std::to_string(i));
    }
    CHECK(rig.telling.take_given_up().empty());
    rig.raise("100");
    rig.end("100");
    const auto given_up = rig.telling.take_given_up();
    REQUIRE(given_up.size() == 1);
    CHECK(given_up.front().alert.id == "0");
    CHECK(rig.next() == "post 1 over");
}

TEST_CASE("what another alert takes the place of ends in silence, but for the note in its ticket",
          "[alerts][telling]")
{
    Rig rig;
    rig.raise("a");
    SECTION("it was told")
    {
        rig.next();
        rig.done();
        rig.next();
        rig.done(Outcome::Kind::done, 4711);
        rig.telling.ended("a", true, noon + 10min, rig.now);
        CHECK(rig.next() == "note a over");
    }
    SECTION("it was not told yet")
    {
        rig.telling.ended("a", true, noon + 10min, rig.now);
        CHECK(rig.next() == "nothing");
    }
    CHECK(rig.kept("a").ended == noon + 10min);
}
