#include "daemon/store/audit.hpp"
#include "daemon/tab/actions.hpp"
#include "tab_world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::tests;
using namespace std::chrono_literals;

namespace {

// Buttons that are pressed while the test goes on.
class Buttons {
public:
    Buttons()
    {
        tab.insight(1);
        token = tab.session();
    }
    // As the listener ends: what is in hand is answered before the tab goes.
    ~Buttons()
    {
        tab.world.run(tab.tab->stop());
        while (answers.size() < pressed) pass();
    }

    // Begins; the answer comes into `answers`.
    void press(const std::string& action = "assign")
    {
        web::Request request;
        request.head = TabWorld::head_of("POST", "/tab/actions", token);
        request.body = json::serialize(json::object{{"action", action}});
        asio::co_spawn(tab.world.context, tab.tab->handler().handle(std::move(request)),
                       [this](std::exception_ptr, web::Response response) { answers.push_back(response); });
        ++pressed;
        // The label is read, and the press is audited.
        for (int i = 0; i < 4; ++i) pass();
    }
    void pass()
    {
        tab.world.read([](store::Database&) { return true; });
        tab.settle();
    }
    void done(bool ok, const std::string& rid, const std::string& code = "", const std::string& text = "")
    {
        tab.tab->inbox().on(relay::Done{rid, ok, code, text, nullptr});
        tab.settle();
        tab.settle();
    }
    const relay::TabAction& sent(std::size_t at = 0) { return std::get<relay::TabAction>(tab.sent.at(at)); }

    std::vector<store::AuditEntry> audit()
    {
        return tab.world.read([](store::Database& db) { return store::list_audit(db, {}).value().items; });
    }

    std::size_t pressed = 0;
    std::vector<web::Response> answers;
    TabWorld tab;
    std::string token;
};

} // namespace

TEST_CASE("a button asks Mizo, and is answered with what Mizo says", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    REQUIRE(buttons.tab.sent.size() == 1);
    CHECK(buttons.sent().ticket_id == 4242);
    CHECK(buttons.sent().agent_id == 13);
    CHECK(buttons.sent().action_id == "assign");
    CHECK(buttons.answers.empty());
    buttons.done(true, "00000000-0000-4000-8000-000000000000"); // of another
    CHECK(buttons.answers.empty());
    buttons.done(true, buttons.sent().rid, "assigned", "Assigned to\nAda");
    REQUIRE(buttons.answers.size() == 1);
    CHECK(buttons.answers[0].status == 200);
    const json::value body = json::parse(buttons.answers[0].body);
    CHECK(body.at("ok") == true);
    CHECK(body.at("text") == "Assigned to Ada");
}

TEST_CASE("a button that Mizo refuses says why", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    buttons.done(false, buttons.sent().rid, "not_allowed", "Automation is off");
    const json::value body = json::parse(buttons.answers.at(0).body);
    CHECK(body.at("ok") == false);
    CHECK(body.at("code") == "not_allowed");
    CHECK(body.at("text") == "Automation is off");
}

TEST_CASE("a button pressed twice asks once, while it is under way and shortly after", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    buttons.press();
    CHECK(buttons.tab.sent.size() == 1);
    buttons.done(true, buttons.sent().rid, "", "Done");
    REQUIRE(buttons.answers.size() == 2);
    CHECK(buttons.answers[0].body == buttons.answers[1].body);
    buttons.tab.world.clock.advance(4'999ms);
    buttons.press();
    CHECK(buttons.tab.sent.size() == 1);
    CHECK(buttons.answers.size() == 3);
    buttons.tab.world.clock.advance(1ms);
    buttons.press();
    CHECK(buttons.tab.sent.size() == 2);
}

TEST_CASE("without a link nothing is sent, the agent is told so, and may try again at once", "[tab][actions]")
{
    Buttons buttons;
    buttons.tab.linked = false;
    buttons.press();
    CHECK(buttons.tab.sent.empty());
    CHECK(buttons.answers.at(0).status == 503);
    CHECK(code_of(buttons.answers.at(0)) == "tab_link_down");
    buttons.tab.linked = true;
    buttons.press();
    CHECK(buttons.tab.sent.size() == 1);
}

TEST_CASE("a link that breaks before the answer leaves it open whether it was done", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    buttons.tab.tab->inbox().on_live(false);
    buttons.tab.settle();
    buttons.tab.settle();
    CHECK(code_of(buttons.answers.at(0)) == "tab_link_lost");
}

TEST_CASE("a button that Mizo does not answer in time may have been done all the same", "[tab][actions]")
{
    StoreWorld world;
    int sent = 0;
    tab::Actions::Parts parts{world.context.get_executor(),
                              *world.writer,
                              world.clock,
                              world.random,
                              base::Logger{world.log, "tab"},
                              [&sent](const relay::Frame&) { return ++sent > 0; },
                              0ms};
    tab::Actions actions{std::move(parts)};
    const auto outcome = world.run(actions.press({{13, 4242}, "assign", "Assign to me"}));
    CHECK(outcome.error().code() == "tab_no_answer");
    CHECK(sent == 1);
}

TEST_CASE("a relay that stops answers whoever waits, and takes no further press", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    buttons.tab.tab->close();
    buttons.tab.settle();
    buttons.tab.settle();
    CHECK(code_of(buttons.answers.at(0)) == "tab_stopping");
    buttons.press();
    CHECK(code_of(buttons.answers.at(1)) == "tab_stopping");
    CHECK(buttons.tab.sent.size() == 1);
}

TEST_CASE("only what the insight offers can be pressed, and only so often", "[tab][actions]")
{
    Buttons buttons;
    buttons.press("delete-everything");
    CHECK(code_of(buttons.answers.at(0)) == "tab_action_gone");
    CHECK(buttons.tab.sent.empty());
    for (int i = 0; i < 19; ++i) buttons.press("delete-everything");
    buttons.press("assign");
    CHECK(code_of(buttons.answers.back()) == "tab_too_fast");
    CHECK(buttons.tab.sent.empty());
}

TEST_CASE("a press is in the audit before it is sent, and so is its end", "[tab][actions]")
{
    Buttons buttons;
    buttons.press();
    REQUIRE(buttons.audit().size() == 1);
    CHECK(buttons.audit()[0].action == "tab_action");
    CHECK(buttons.audit()[0].who == "agent");
    CHECK(buttons.audit()[0].subject == "4242");
    const json::value detail = json::parse(buttons.audit()[0].detail);
    CHECK(detail.at("agent") == 13);
    CHECK(detail.at("label") == "Assign to me");
    buttons.done(true, buttons.sent().rid);
    REQUIRE(buttons.audit().size() == 2);
    CHECK(buttons.audit()[0].action == "tab_action_done");
    CHECK(json::parse(buttons.audit()[0].detail).at("outcome") == "done");
}

TEST_CASE("what cannot be audited is not sent", "[tab][actions]")
{
    Buttons buttons;
    buttons.tab.world.writer->close();
    web::Request request;
    request.head = TabWorld::head_of("POST", "/tab/actions", buttons.token);
    request.body = R"({"action":"assign"})";
    const web::Response response =
        buttons.tab.world.run(buttons.tab.tab->handler().handle(std::move(request)));
    CHECK(response.status == 503);
    CHECK(code_of(response) == "tab_store_unavailable");
    CHECK(buttons.tab.sent.empty());
}
