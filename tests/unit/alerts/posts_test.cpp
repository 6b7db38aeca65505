#include "daemon/alerts/posts.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::alerts;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

const Sender sender{"relay.example.com", "1.2.3"};

store::AlertRow alert()
{
    store::AlertRow row;
    row.id = row.key = "0193a2b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b";
    row.what = {"link_down_long", "No connection to Mizo for 5.0 min", R"({"duration_ms":300000})"};
    row.advice = store::KeptMessage{"advice_wait", "Nothing to do", "{}"};
    row.severe = true;
    row.since = base::from_ms(1'795'514'400'000);
    return row;
}

store::AlertRow over()
{
    store::AlertRow row = alert();
    row.ended = row.since + 90min;
    return row;
}

// A text that each reader would obey, were it not made harmless.
store::AlertRow hostile()
{
    store::AlertRow row = alert();
    row.what.text = "<!channel> [click](https://evil.example) <a href=x>&\n\x1b[31m*bold*\u202e";
    row.advice->text = row.what.text;
    return row;
}

} // namespace

TEST_CASE("Teams gets an Adaptive Card", "[alerts][posts]")
{
    CHECK(json::parse(post_of(alert(), Format::teams, sender)) == json::parse(R"json({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                    {"type": "RichTextBlock", "inlines": [{"type": "TextRun",
                        "text": "No connection to Mizo for 5.0 min", "weight": "Bolder", "size": "Medium",
                        "color": "Attention"}]},
                    {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Nothing to do"}]},
                    {"type": "RichTextBlock", "inlines": [{"type": "TextRun",
                        "text": "Since 2026-11-24 10:00 UTC · Mizo Relay 1.2.3 at relay.example.com",
                        "isSubtle": true, "size": "Small"}]}
                ]
            }
        }]
    })json"));
}

TEST_CASE("Slack gets blocks of plain text", "[alerts][posts]")
{
    CHECK(json::parse(post_of(over(), Format::slack, sender)) == json::parse(R"json({
        "text": "Over: No connection to Mizo for 5.0 min",
        "blocks": [
            {"type": "section", "text": {"type": "plain_text", "emoji": false,
                "text": "Over: No connection to Mizo for 5.0 min"}},
            {"type": "context", "elements": [{"type": "plain_text", "emoji": false, "text":
                "From 2026-11-24 10:00 UTC to 2026-11-24 11:30 UTC · Mizo Relay 1.2.3 at relay.example.com"}]}
        ]
    })json"));
}

TEST_CASE("plain JSON has code, arguments and times for programs", "[alerts][posts]")
{
    CHECK(json::parse(post_of(alert(), Format::json, sender)) == json::parse(R"json({
        "event": "alert", "id": "0193a2b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b", "code": "link_down_long",
        "severity": "error", "text": "No connection to Mizo for 5.0 min", "args": {"duration_ms": 300000},
        "advice": "Nothing to do", "since": "2026-11-24T10:00:00.000Z", "ended_at": null,
        "relay": {"host": "relay.example.com", "version": "1.2.3"}
    })json"));
    const json::value recovery = json::parse(post_of(over(), Format::json, sender));
    CHECK(recovery.at("event") == "recovery");
    CHECK(recovery.at("ended_at") == "2026-11-24T11:30:00.000Z");
}

TEST_CASE("the colour of a card tells alarm, warning and all-clear apart", "[alerts][posts]")
{
    const auto color = [](const store::AlertRow& row) {
        return json::parse(post_of(row, Format::teams, sender))
            .at_pointer("/attachments/0/content/body/0/inlines/0/color");
    };
    CHECK(color(alert()) == "Attention");
    store::AlertRow mild = alert();
    mild.severe = false;
    CHECK(color(mild) == "Warning");
    CHECK(color(over()) == "Good");
}

TEST_CASE("Slack is given no mention, no link and no control character", "[alerts][posts]")
{
    const std::string post = post_of(hostile(), Format::slack, sender);
    CHECK(post.find('<') == std::string::npos);
    CHECK(post.find("mrkdwn") == std::string::npos);
    const json::value parsed = json::parse(post);
    CHECK(parsed.at("text") ==
          "&lt;!channel&gt; [click](https://evil.example) &lt;a href=x&gt;&amp; [31m*bold*");
}

TEST_CASE("Teams is given no block that reads Markdown", "[alerts][posts]")
{
    const std::string post = post_of(hostile(), Format::teams, sender);
    CHECK(post.find("\"TextBlock\"") == std::string::npos);
    CHECK(post.find("FactSet") == std::string::npos);
    CHECK(post.find("\\u202e") == std::string::npos);
    CHECK(post.find("\u202e") == std::string::npos);
}

TEST_CASE("a headline is cut to what Slack takes, and never within a character", "[alerts][posts]")
{
    store::AlertRow row = alert();
    row.what.text.clear();
    for (int i = 0; i < 100; ++i) row.what.text += "é€";
    const json::value post = json::parse(post_of(row, Format::slack, sender));
    const auto& text = post.at_pointer("/blocks/0/text/text").as_string();
    CHECK(text.size() <= 150);
    CHECK(text.size() >= 130);
    CHECK(text.ends_with("é") != text.ends_with("€"));
}

TEST_CASE("a ticket of HaloPSA's has what, since when, what to do, and its mark", "[alerts][posts]")
{
    const json::value ticket = json::parse(ticket_of(alert(), 25, sender)).at(0);
    CHECK(ticket.at("summary") == "Mizo Relay: No connection to Mizo for 5.0 min [alert 1c2d3e4f5a6b]");
    CHECK(ticket.at("details") == "No connection to Mizo for 5.0 min\n\nNothing to do\n\n"
                                  "Since 2026-11-24 10:00 UTC. Mizo Relay 1.2.3 at relay.example.com made "
                                  "this ticket; a note follows when it is over.");
    CHECK(ticket.at("tickettype_id") == 25);
    CHECK(ticket.as_object().size() == 3);
    CHECK_FALSE(json::parse(ticket_of(alert(), 0, sender)).at(0).as_object().contains("tickettype_id"));
}

TEST_CASE("a ticket holds no tag, whatever the alert says", "[alerts][posts]")
{
    const std::string ticket = ticket_of(hostile(), 0, sender);
    CHECK(ticket.find('<') == std::string::npos);
    CHECK(ticket.find('>') == std::string::npos);
}

TEST_CASE("the note of a recovery is hidden from the user and sends no mail", "[alerts][posts]")
{
    CHECK(json::parse(note_of(over(), 4711)) == json::parse(R"json([{
        "ticket_id": 4711, "outcome": "Private Note",
        "note_html": "Over: it lasted from 2026-11-24 10:00 UTC to 2026-11-24 11:30 UTC.",
        "hiddenfromuser": true, "sendemail": false
    }])json"));
}
