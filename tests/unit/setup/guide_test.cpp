#include "daemon/setup/guide.hpp"
#include "tests/support/store_world.hpp"
#include "tests/unit/setup/mini_halo.hpp"
#include "tests/unit/setup/setup_facts.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::setup;
using namespace mizo::setup::test;
using namespace std::chrono_literals;

namespace {

config::Settings settings_of_relay()
{
    const json::object patch{{"halo.url", "https://msp.halopsa.com"},
                             {"halo.client_id", "client"},
                             {"halo.client_secret", "a-secret-of-the-client"},
                             {"scope.ticket_types", json::array{"1"}}};
    auto change = config::Settings{}.with(patch);
    REQUIRE(change.problems.empty());
    return change.settings;
}

struct Rig {
    tests::StoreWorld world;
    MiniHalo halo;
    tests::FakeHaloApi api{[this](const halo_api::Call& call) { return halo.answer(call); }};
    certs::SealingKey key = certs::SealingKey::generate();
    config::LiveSettings settings{settings_of_relay()};
    custody::WebhookCertificates certificates{{*world.writer, *world.readers, key, world.clock, world.random,
                                               base::Logger{world.log, "certificates"},
                                               world.context.get_executor()},
                                              certs::RotationRules{}};
    std::vector<std::string> kept_secrets;
    std::optional<TicketResult> ticket;
    Guide guide{parts()};

    Guide::Parts parts()
    {
        const auto keep = [this](std::string secret) -> asio::awaitable<base::Result<void>> {
            kept_secrets.push_back(secret);
            const json::object patch{{"halo.tab_secret", secret}};
            settings.replace(settings.current()->with(patch).settings);
            co_return base::Result<void>{};
        };
        return {.executor = world.context.get_executor(),
                .api = api,
                .certificates = certificates,
                .settings = settings,
                .writer = *world.writer,
                .readers = *world.readers,
                .clock = world.clock,
                .log = world.log,
                .scopes =
                    [] {
                        return Scopes{{"all"}, {"all"}};
                    },
                .webhook_url = [] { return webhook_url; },
                .tab_url = [] { return tab_url; },
                .test_ticket = [this] { return ticket; },
                .keep_tab_secret = keep,
                .renew_token = {},
                .audit = {}};
    }

    // One that was made, so that HaloPSA can be told to find its thumbprint in the PFX.
    std::string make_certificate()
    {
        const std::string id = *world.run(certificates.make({}));
        halo.thumbprint = certificates.find(id)->thumbprint;
        return id;
    }
    std::vector<Mended> fix_all(bool dry_run = false) { return *world.run(guide.fix_all(dry_run)); }
    Verdict verdict(std::string_view id) { return guide.find(id)->check.verdict; }
    std::vector<std::size_t> made() const
    {
        return {halo.count("Tabs"), halo.count("Certificate"), halo.count("Webhook"),
                halo.count("Notification"), halo.count("Outcome")};
    }
};

const std::vector<std::size_t> each_once{1, 1, 1, 5, 3};

std::string one_body(const Rig& rig, const std::string& path)
{
    for (const auto& call : rig.api.asked)
        if (call.method == "POST" && call.path == path) return call.body;
    return {};
}

} // namespace

TEST_CASE("a HaloPSA in which nothing is done is mended in one go, each object made once", "[setup][guide]")
{
    Rig rig;
    rig.make_certificate();
    for (const Mended& each : rig.fix_all()) {
        INFO(each.check.id << (each.error ? each.error->text() : ""));
        CHECK(each.done);
    }
    CHECK(rig.made() == each_once);
    for (const CheckState& each : rig.guide.view().items) {
        INFO(each.check.id);
        CHECK((each.check.verdict == Verdict::right || section_of(each.check.id) == 6));
    }
    const std::size_t posts = rig.halo.posts;
    CHECK(rig.fix_all().empty());
    CHECK(rig.halo.posts == posts);
}

TEST_CASE("whichever call is lost, done or not, nothing is made twice and all gets right", "[setup][guide]")
{
    for (const bool when_done : {false, true}) {
        for (std::size_t at = 0;; ++at) {
            REQUIRE(at < 500);
            INFO("lost call " << at << (when_done ? ", done" : ""));
            Rig rig;
            rig.make_certificate();
            rig.halo.lose_at = at;
            rig.halo.lost_when_done = when_done;
            rig.fix_all();
            const bool reached = rig.halo.number > at;
            for (int again = 0; again < 3; ++again) rig.fix_all();
            CHECK(rig.made() == each_once);
            for (const char* id :
                 {"tab.exists", "tab.secret", "webhook.certificate", "event.email", "resolve.exists"})
                CHECK(rig.verdict(id) == Verdict::right);
            if (!reached) break;
        }
    }
}

TEST_CASE("a dry run says what would be changed, and asks nothing but questions", "[setup][guide]")
{
    Rig rig;
    const auto planned = rig.fix_all(true);
    CHECK(planned.size() >= 4);
    for (const Mended& each : planned) CHECK_FALSE((each.done || each.changes.empty()));
    CHECK(rig.halo.posts == 0);
    CHECK(rig.certificates.all().empty());
}

TEST_CASE("the tab's secret is made here, kept here, and shown nowhere", "[setup][guide]")
{
    Rig rig;
    const auto mended = rig.world.run(rig.guide.fix("tab.exists", false));
    REQUIRE(mended.has_value());
    CHECK(mended->done);
    REQUIRE(rig.kept_secrets.size() == 1);
    const std::string secret = rig.kept_secrets.front();
    CHECK(secret.size() == 40);
    CHECK(one_body(rig, "/Tabs").find(secret) != std::string::npos);
    for (const CheckState& each : rig.guide.view().items)
        CHECK(content_of(each).find(secret) == std::string::npos);
    for (const auto& line : rig.world.log.recent(100)) CHECK(line.text.find(secret) == std::string::npos);
}

TEST_CASE("what is refused is told with HaloPSA's own words, and what is right needs no mending",
          "[setup][guide]")
{
    Rig rig;
    rig.make_certificate();
    rig.fix_all();
    rig.halo.row("Outcome", 2)["buttonname"] = "Resolve";
    CHECK(rig.world.run(rig.guide.fix("webhook.url", false))->done);
    CHECK(rig.world.run(rig.guide.fix("no.such", false)).error().code() == "not_found");
    CHECK(rig.world.run(rig.guide.fix("halo.client_id", false))->done);
    CHECK(rig.world.run(rig.guide.fix("deliveries.stored", false)).error().code() == "check_not_fixable");
    CHECK(rig.world.run(rig.guide.fix("resolve.button_name", false))->done);
}

TEST_CASE("an area that is refused is beyond our rights, and the others are judged", "[setup][guide]")
{
    Rig rig;
    rig.halo.denied = "Webhook";
    rig.fix_all(true);
    CHECK(rig.verdict("webhook.url") == Verdict::unknown_rights);
    CHECK(rig.verdict("event.email") == Verdict::unknown_rights);
    CHECK(rig.verdict("deliveries.answered") == Verdict::unknown_rights);
    CHECK(rig.verdict("tab.exists") == Verdict::wrong);
}

TEST_CASE("a HaloPSA that does not answer is asked once, and nothing is judged of it", "[setup][guide]")
{
    Rig rig;
    rig.halo.dead = true;
    rig.world.run(rig.guide.fix("halo.url", true));
    CHECK(rig.verdict("api.reachable") == Verdict::wrong);
    CHECK(rig.verdict("webhook.url") == Verdict::not_yet);
}

TEST_CASE("since when a check is as it is outlives a start, and a verdict that turns wrong is told",
          "[setup][guide]")
{
    Rig rig;
    rig.make_certificate();
    rig.fix_all();
    const base::WallTime before = rig.guide.find("webhook.url")->since;
    rig.world.clock.advance(1h);
    rig.halo.row("Webhook")["url"] = "https://elsewhere.example";
    rig.world.run(rig.guide.fix("webhook.url", true));
    CHECK(rig.guide.find("webhook.url")->since == before + 1h);
    CHECK(rig.guide.find("webhook.method")->since == before);
    REQUIRE(rig.guide.turned_wrong().size() == 1);
    CHECK(rig.guide.turned_wrong().front().check.id == "webhook.url");

    Guide again{rig.parts()};
    rig.world.run(again.start());
    CHECK(again.find("webhook.url")->since == before + 1h);
    CHECK(again.turned_wrong().size() == 1);
    CHECK(again.find("webhook.url")->check.fix == rig.guide.find("webhook.url")->check.fix);
    rig.world.run(again.stop());
}

TEST_CASE("a certificate goes into HaloPSA, and the webhook signs with it", "[setup][guide]")
{
    Rig rig;
    rig.make_certificate();
    rig.fix_all();
    rig.world.clock.advance(1s);
    const std::string next = rig.make_certificate();
    const auto installed = rig.world.run(rig.guide.install(next));
    REQUIRE(installed.has_value());
    CHECK(installed->state == InstallState::waiting);
    CHECK(rig.halo.count("Certificate") == 2);
    CHECK(rig.halo.row("Webhook").at("certificate_id") == rig.halo.row("Certificate", 1).at("id"));
    CHECK(rig.certificates.find(next)->record.is_accepted());
    // Once more: it is there, and stays one.
    CHECK(rig.world.run(rig.guide.install(next))->state == InstallState::waiting);
    CHECK(rig.halo.count("Certificate") == 2);
}

TEST_CASE("a PFX that HaloPSA ignores is left to the admin, whose former certificate stays in use",
          "[setup][guide]")
{
    Rig rig;
    const std::string first = rig.make_certificate();
    rig.fix_all();
    const json::value before = rig.halo.row("Webhook").at("certificate_id");
    rig.world.clock.advance(1s);
    const std::string next = rig.make_certificate();
    rig.halo.thumbprint.clear();
    const auto installed = rig.world.run(rig.guide.install(next));
    REQUIRE(installed.has_value());
    CHECK(installed->state == InstallState::by_hand);
    CHECK(rig.halo.row("Webhook").at("certificate_id") == before);
    CHECK(rig.certificates.find(first)->record.is_accepted());
}

TEST_CASE("an unknown certificate is not installed, nor one whose key is gone", "[setup][guide]")
{
    Rig rig;
    CHECK(rig.world.run(rig.guide.install("none")).error().kind() == base::Errc::not_found);
    const std::string id = rig.make_certificate();
    rig.world.run(rig.certificates.revoke(id));
    CHECK(rig.world.run(rig.guide.install(id)).error().kind() == base::Errc::gone);
}

TEST_CASE("the certificate that was named goes into HaloPSA, though another is made meanwhile",
          "[setup][guide]")
{
    Rig rig;
    std::string named;
    for (int made = 0; made < 3; ++made) named = rig.make_certificate();
    const std::string password = *rig.world.run(rig.certificates.password(named));
    rig.fix_all(true); // all was looked at once
    rig.api.meanwhile = [&rig]() -> asio::awaitable<void> {
        const custody::CertificateOrder order;
        co_await rig.certificates.make(order);
    };
    const auto installed = rig.world.run(rig.guide.install(named));
    REQUIRE(installed.has_value());
    REQUIRE(rig.certificates.all().size() == 4);
    CHECK(one_body(rig, "/Certificate").find(password) != std::string::npos);
    CHECK(installed->state == InstallState::waiting);
}

TEST_CASE("whoever asks for ticket types while something is mended does not touch what the mending knows",
          "[setup][guide]")
{
    Rig rig;
    rig.make_certificate();
    rig.fix_all();
    rig.world.clock.advance(2min); // what was read is no longer fresh
    std::size_t asked = 0;
    rig.api.meanwhile = [&]() -> asio::awaitable<void> {
        const std::size_t before = rig.api.asked.size();
        co_await rig.guide.ticket_types();
        asked = rig.api.asked.size() - before;
    };
    rig.fix_all();
    CHECK_FALSE(rig.api.meanwhile);
    CHECK(asked == 0);
}
