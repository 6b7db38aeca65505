#include "daemon/alerts/posts.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::alerts {

namespace {

namespace json = boost::json;
using store::AlertRow;

constexpr std::size_t headline_max = 140; // Slack takes 150 characters in a header
constexpr std::size_t text_max = 1'000;
constexpr std::size_t summary_max = 120; // of a ticket, without its mark

// One line for people, without what would be obeyed instead of shown.
std::string line(std::string_view text, std::size_t limit)
{
    return halo::clean_text(text, limit);
}

// "2026-11-23 10:00 UTC"
std::string minute(base::WallTime time)
{
    std::string text = base::rfc3339(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

std::string headline(const AlertRow& alert)
{
    return line((alert.ended ? "Over: " : "") + alert.what.text, headline_max);
}

std::string advice_text(const AlertRow& alert)
{
    if (alert.ended || !alert.advice) return {};
    return line(alert.advice->text, text_max);
}

std::string when(const AlertRow& alert)
{
    if (!alert.ended) return "Since " + minute(alert.since);
    return "From " + minute(alert.since) + " to " + minute(*alert.ended);
}

std::string signed_by(const Sender& sender)
{
    return line("Mizo Relay " + sender.version + (sender.host.empty() ? "" : " at " + sender.host), 200);
}

std::string_view severity_of(const AlertRow& alert)
{
    return alert.severe ? "error" : "warning";
}

// ---- Teams ----

// Text runs, not text blocks: those would read Markdown, and a link in a text from outside would be one.
json::object run_of(const std::string& text)
{
    return {{"type", "TextRun"}, {"text", text}};
}

json::object paragraph(json::object run)
{
    return {{"type", "RichTextBlock"}, {"inlines", json::array{std::move(run)}}};
}

std::string_view color_of(const AlertRow& alert)
{
    if (alert.ended) return "Good";
    return alert.severe ? "Attention" : "Warning";
}

json::object teams_post(const AlertRow& alert, const Sender& sender)
{
    json::object title = run_of(headline(alert));
    title["weight"] = "Bolder";
    title["size"] = "Medium";
    title["color"] = color_of(alert);
    json::array body{paragraph(std::move(title))};
    if (const std::string advice = advice_text(alert); !advice.empty())
        body.emplace_back(paragraph(run_of(advice)));
    json::object small = run_of(when(alert) + " · " + signed_by(sender));
    small["isSubtle"] = true;
    small["size"] = "Small";
    body.emplace_back(paragraph(std::move(small)));
    json::object card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                      {"type", "AdaptiveCard"},
                      {"version", "1.4"},
                      {"body", std::move(body)}};
    json::object attachment{{"contentType", "application/vnd.microsoft.card.adaptive"},
                            {"contentUrl", nullptr},
                            {"content", std::move(card)}};
    return {{"type", "message"}, {"attachments", json::array{std::move(attachment)}}};
}

// ---- Slack ----

// Slack reads <…> as links and mentions, in plain text too.
std::string for_slack(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

json::object plain(const std::string& text)
{
    return {{"type", "plain_text"}, {"text", for_slack(text)}, {"emoji", false}};
}

json::object slack_post(const AlertRow& alert, const Sender& sender)
{
    json::array blocks;
    blocks.emplace_back(json::object{{"type", "section"}, {"text", plain(headline(alert))}});
    if (const std::string advice = advice_text(alert); !advice.empty())
        blocks.emplace_back(json::object{{"type", "section"}, {"text", plain(advice)}});
    blocks.emplace_back(json::object{
        {"type", "context"}, {"elements", json::array{plain(when(alert) + " · " + signed_by(sender))}}});
    return {{"text", for_slack(headline(alert))}, {"blocks", std::move(blocks)}};
}

// ---- plain JSON ----

json::value parsed(const std::string& args)
{
    boost::system::error_code failed;
    json::value value = json::parse(args, failed);
    return failed ? json::value{json::object{}} : value;
}

json::object json_post(const AlertRow& alert, const Sender& sender)
{
    json::object out{{"event", alert.ended ? "recovery" : "alert"},
                     {"id", alert.id},
                     {"code", alert.what.code},
                     {"severity", severity_of(alert)},
                     {"text", line(alert.what.text, text_max)},
                     {"args", parsed(alert.what.args)},
                     {"advice", nullptr},
                     {"since", base::rfc3339(alert.since)},
                     {"ended_at", nullptr},
                     {"relay", json::object{{"host", sender.host}, {"version", sender.version}}}};
    if (alert.advice) out["advice"] = line(alert.advice->text, text_max);
    if (alert.ended) out["ended_at"] = base::rfc3339(*alert.ended);
    return out;
}

// ---- HaloPSA ----

// HaloPSA shows summaries and details as HTML in some places and as text in others: neither may see a tag.
std::string without_tags(std::string text)
{
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "‹";
        else if (c == '>')
            out += "›";
        else
            out += c;
    }
    return out;
}

} // namespace

Format format_from(std::string_view setting)
{
    if (setting == "slack") return Format::slack;
    return setting == "json" ? Format::json : Format::teams;
}

std::string post_of(const AlertRow& alert, Format format, const Sender& sender)
{
    switch (format) {
    case Format::teams: return json::serialize(teams_post(alert, sender));
    case Format::slack: return json::serialize(slack_post(alert, sender));
    case Format::json: return json::serialize(json_post(alert, sender));
    }
    return {};
}

std::string mark_of(const AlertRow& alert)
{
    // The end of the id is random, its beginning only the time.
    const std::size_t from = alert.id.size() > 12 ? alert.id.size() - 12 : 0;
    return "[alert " + alert.id.substr(from) + "]";
}

std::string ticket_of(const AlertRow& alert, std::int64_t ticket_type, const Sender& sender)
{
    const std::string what = without_tags(line(alert.what.text, text_max));
    std::string details = what + "\n\n";
    if (alert.advice) details += without_tags(line(alert.advice->text, text_max)) + "\n\n";
    details += "Since " + minute(alert.since) + ". " + without_tags(signed_by(sender)) +
               " made this ticket; a note follows when it is over.";
    json::object ticket{
        {"summary", "Mizo Relay: " + halo::cut_text(what, summary_max) + " " + mark_of(alert)},
        {"details", details}};
    if (ticket_type > 0) ticket["tickettype_id"] = ticket_type;
    return json::serialize(json::array{std::move(ticket)});
}

std::string note_of(const AlertRow& alert, std::int64_t ticket)
{
    const json::object note{{"ticket_id", ticket},
                            {"outcome", "Private Note"},
                            {"note_html", "Over: it lasted from " + minute(alert.since) + " to " +
                                              minute(alert.ended.value_or(alert.since)) + "."},
                            {"hiddenfromuser", true},
                            {"sendemail", false}};
    return json::serialize(json::array{note});
}

} // namespace mizo::alerts
