#include "daemon/alerts/teller.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/support/fake_receiver.hpp"
#include "tests/support/store_world.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::alerts;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* secret_url =
    "https://hooks.example/services/T0/B0/secret-of-the-channel?sig=also-secret";

store::AlertRow alert(const std::string& id)
{
    store::AlertRow row;
    row.id = row.key = id;
    row.what = {"link_disabled", "Mizo has disabled this relay", "{}"};
    row.severe = true;
    row.since = base::from_ms(1'795'514'400'000);
    return row;
}

// The real store, and a receiver and a HaloPSA that do what the test says.
struct Rig {
    explicit Rig(boost::json::object patch = {{"alerts.webhook_url", secret_url}})
    {
        const auto change = settings.current()->with(patch);
        REQUIRE(change.problems.empty());
        settings.replace(change.settings);
        world.log.set_level(base::Level::debug);
        begin();
    }
    ~Rig() { end(); }

    void begin()
    {
        auto fake = std::make_unique<FakeReceiver>();
        receiver = fake.get();
        teller.emplace(Teller::Parts{world.context.get_executor(), *world.writer, *world.readers, settings,
                                     world.clock, world.random, world.log, halo, std::move(fake), "1.2.3"});
        world.run(teller->start());
    }
    void end()
    {
        if (teller) world.run(teller->stop());
        teller.reset();
    }
    void restart()
    {
        end();
        begin();
    }
    // Until what the test waits for is there.
    template <class Condition>
    void until(Condition condition)
    {
        const auto busy = asio::make_work_guard(world.context);
        world.context.restart();
        while (!condition()) world.context.run_one();
    }
    std::vector<store::AlertRow> kept()
    {
        return world.read([](store::Database& db) { return store::list_alerts(db, {})->items; });
    }
    std::string log() const
    {
        std::string all;
        for (const base::LogLine& line : world.log.recent(100)) all += line.text + "\n";
        return all;
    }

    StoreWorld world;
    config::LiveSettings settings{config::Settings{}};
    FakeHaloApi::Reply says = [](const halo_api::Call&) { return halo_answer(201, R"({"id":4711})"); };
    FakeHaloApi halo{[this](const halo_api::Call& call) { return says(call); }};
    FakeReceiver* receiver = nullptr;
    std::optional<Teller> teller;
};

Answered answered(int status)
{
    Answered answer;
    answer.status = status;
    return answer;
}

} // namespace

TEST_CASE("an alert is posted to the address that is set, and kept with what became of it",
          "[alerts][teller]")
{
    Rig rig;
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.receiver->posts.size() == 1; });
    CHECK(rig.receiver->posts.front().url == secret_url);
    CHECK(rig.receiver->posts.front().body.find("AdaptiveCard") != std::string::npos);
    rig.end();
    REQUIRE(rig.kept().size() == 1);
    CHECK(rig.kept().front().webhook == store::Told::told);
    CHECK(rig.kept().front().ticket == store::Told::off);
}

TEST_CASE("what was told before a restart is not told again, and its end is told once", "[alerts][teller]")
{
    Rig rig;
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.receiver->posts.size() == 1; });
    rig.restart();
    REQUIRE(rig.teller->on().size() == 1);
    CHECK(rig.teller->on().front().what.text == "Mizo has disabled this relay");
    rig.teller->ended("a", false, base::from_ms(1'795'514'460'000));
    rig.until([&] { return !rig.receiver->posts.empty(); });
    CHECK(rig.receiver->posts.front().body.find("Over: ") != std::string::npos);
    rig.restart();
    CHECK(rig.teller->on().empty());
    rig.teller->raised(alert("b"), false);
    rig.until([&] { return !rig.receiver->posts.empty(); });
    CHECK(rig.receiver->posts.size() == 1);
}

TEST_CASE("a receiver that fails is asked again later, and no address or key of it is ever logged",
          "[alerts][teller]")
{
    Rig rig;
    rig.receiver->answers = {answered(503),
                             base::Error{base::Errc::unreachable, "link_network", "The connection broke"},
                             answered(202)};
    rig.teller->raised(alert("a"), false);
    for (std::size_t tries = 1; tries <= 3; ++tries) {
        rig.until([&] { return rig.receiver->posts.size() == tries; });
        rig.world.clock.advance(10min);
        // What waits by the clock that was moved must look at it again.
        rig.world.write([](store::Database&) { return true; });
        rig.teller->set_settings(*rig.settings.current());
    }
    CHECK(rig.teller->counts().posted == 1);
    CHECK(rig.teller->counts().post_failed == 2);
    CHECK(rig.log().find("HTTP 503") != std::string::npos);
    CHECK(rig.log().find("secret") == std::string::npos);
}

TEST_CASE("a redirect is a refusal: nothing is posted anywhere else", "[alerts][teller]")
{
    Rig rig;
    rig.receiver->answers = {answered(302)};
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.teller->counts().given_up == 1; });
    CHECK(rig.receiver->posts.size() == 1);
    CHECK(rig.log().find("an alert could not be told alert=link_disabled") != std::string::npos);
}

TEST_CASE("a severe alert becomes a ticket of the type that is set, and a note follows", "[alerts][teller]")
{
    Rig rig{{{"alerts.halo_ticket", true}, {"alerts.ticket_type", 25}}};
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.teller->counts().tickets == 1; });
    CHECK(rig.halo.asked.front().purpose == halo_api::Purpose::alert);
    CHECK(rig.halo.asked.front().path == "/Tickets");
    CHECK(boost::json::parse(rig.halo.asked.front().body).at(0).at("tickettype_id") == 25);
    rig.restart();
    rig.teller->ended("a", false, base::from_ms(1'795'514'460'000));
    rig.until([&] { return rig.halo.asked.size() == 2; });
    CHECK(rig.halo.asked.back().path == "/Actions");
    CHECK(boost::json::parse(rig.halo.asked.back().body).at(0).at("ticket_id") == 4711);
    rig.end();
    CHECK(rig.kept().front().ticket == store::Told::told);
}

TEST_CASE(
    "a ticket of which nobody knows whether it was made is looked for by its mark, also after a restart",
    "[alerts][teller]")
{
    Rig rig{{{"alerts.halo_ticket", true}}};
    std::string summary;
    rig.says = [&](const halo_api::Call& call) -> base::Result<halo_api::Answer> {
        if (call.method == "GET")
            return halo_answer(200,
                               R"([{"id":1,"summary":"another"},{"id":4712,"summary":")" + summary + "\"}]");
        summary = boost::json::parse(call.body).at(0).at("summary").as_string();
        return base::Error{base::Errc::timeout, "halo_timeout", "HaloPSA did not answer in time"};
    };
    rig.teller->raised(alert("0193a2b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b"), false);
    rig.until([&] { return rig.teller->counts().ticket_failed == 1; });
    rig.restart();
    rig.until([&] { return rig.halo.asked.size() == 2; });
    rig.end();
    CHECK(rig.halo.asked.back().method == "GET");
    CHECK(rig.kept().front().ticket_id == 4712);
    CHECK(rig.kept().front().ticket == store::Told::told);
}

TEST_CASE("what HaloPSA refuses is not asked again; what it has no time for is", "[alerts][teller]")
{
    const int status = GENERATE(400, 401, 403, 404);
    Rig rig{{{"alerts.halo_ticket", true}}};
    rig.says = [&](const halo_api::Call&) { return halo_answer(status, R"("no")"); };
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.teller->counts().given_up == 1; });
    CHECK(rig.halo.asked.size() == 1);
}

TEST_CASE("a full disk is told all the same, though it cannot be kept", "[alerts][teller]")
{
    Rig rig;
    rig.world.writer->close();
    rig.teller->raised(alert("a"), false);
    rig.until([&] { return rig.receiver->posts.size() == 1; });
    CHECK(rig.teller->on().size() == 1);
}

TEST_CASE("a test says where it hangs", "[alerts][teller]")
{
    Rig rig{boost::json::object{}};
    CHECK(rig.world.run(rig.teller->test("alert_test", "A test")).code == "alert_no_url");

    Rig set;
    CHECK(set.world.run(set.teller->test("alert_test", "A test")).code.empty());
    CHECK(set.receiver->posts.front().body.find("A test") != std::string::npos);
    set.receiver->answers = {answered(404),
                             base::Error{base::Errc::unreachable, "link_network", "The connection broke"}};
    const Tested refused = set.world.run(set.teller->test("alert_test", "A test"));
    CHECK(refused.code == "alert_refused");
    CHECK(refused.status == 404);
    const Tested unreached = set.world.run(set.teller->test("alert_test", "A test"));
    CHECK(unreached.code == "alert_unreachable");
    CHECK(unreached.reason == "The connection broke");
}
