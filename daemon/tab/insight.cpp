#include "daemon/tab/insight.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/tab/markdown.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::tab {

namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::size_t heading_max = 300;
constexpr std::size_t label_max = 120;

// What we have written ourselves.
json::array array_in(const std::string& text)
{
    return json::parse(text).as_array();
}

std::string text_of(const json::value& object, std::string_view name)
{
    return std::string{object.at(name).as_string()};
}

bool has_expired(const store::Insight& insight, base::WallTime now)
{
    return insight.expires && *insight.expires <= now;
}

json::object section_json(const json::value& kept, bool with_markdown)
{
    const std::string markdown = text_of(kept, "markdown");
    Rendered rendered = render_markdown(markdown);
    json::object section{
        {"heading", kept.at("heading")}, {"html", std::move(rendered.html)}, {"cut", rendered.cut}};
    if (with_markdown) section["markdown"] = markdown;
    return section;
}

Error malformed(std::string_view what)
{
    return Error{Errc::invalid, "tab_insight_malformed", "An insight of Mizo's cannot be shown.",
                 std::string{what}};
}

} // namespace

base::Result<store::Insight> kept_form(const relay::Insight& insight, base::WallTime now)
{
    if (insight.ticket_id <= 0) return malformed("no ticket");
    std::size_t markdown = 0;
    for (const relay::InsightSection& section : insight.sections) markdown += section.markdown.size();
    if (insight.sections.size() > sections_max || insight.actions.size() > actions_max ||
        markdown > insight_markdown_max)
        return Error{Errc::too_large, "tab_insight_too_large",
                     "An insight of Mizo's is too large to be shown."};

    store::Insight kept;
    kept.ticket = insight.ticket_id;
    kept.revision = insight.revision;
    kept.title = halo::clean_text(insight.title, heading_max);
    kept.expires = insight.expires_at;
    kept.received = now;
    json::array sections;
    for (const relay::InsightSection& section : insight.sections)
        sections.push_back(json::object{{"heading", halo::clean_text(section.heading, heading_max)},
                                        {"markdown", section.markdown}});
    json::array actions;
    for (const relay::InsightAction& action : insight.actions) {
        std::string label = halo::clean_text(action.label, label_max);
        if (action.id.empty() || label.empty()) return malformed("an action without a name");
        actions.push_back(json::object{{"id", action.id}, {"label", std::move(label)}});
    }
    kept.sections = json::serialize(sections);
    kept.actions = json::serialize(actions);
    return kept;
}

json::object insight_json(const store::Insight& insight, base::WallTime now, bool with_markdown)
{
    json::array sections;
    for (const json::value& kept : array_in(insight.sections))
        sections.push_back(section_json(kept, with_markdown));
    json::object out{{"ticket_id", insight.ticket},
                     {"revision", insight.revision},
                     {"title", insight.title},
                     {"sections", std::move(sections)},
                     {"actions", array_in(insight.actions)},
                     {"expires_at", nullptr},
                     {"expired", has_expired(insight, now)},
                     {"received_at", base::rfc3339(insight.received)}};
    if (insight.expires) out["expires_at"] = base::rfc3339(*insight.expires);
    return out;
}

std::optional<std::string> action_label(const store::Insight& insight, std::string_view action_id,
                                        base::WallTime now)
{
    if (has_expired(insight, now)) return {};
    for (const json::value& action : array_in(insight.actions))
        if (action.at("id").as_string() == action_id) return text_of(action, "label");
    return {};
}

} // namespace mizo::tab
