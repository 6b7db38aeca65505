#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <array>

namespace mizo::cli {

namespace {

constexpr std::array<std::string_view, 6> sections{
    "1 Base configuration", "2 Agent, application, tab, ticket types",
    "3 Completion",         "4 Webhook",
    "5 Mizo resolve",       "6 Test of the whole"};

std::string verdict_text(const json::object& check)
{
    const std::string verdict = text_of(check, "verdict");
    if (verdict == "wrong") return "WRONG";
    if (verdict == "unknown_rights") return "no rights";
    return verdict == "not_yet" ? "not yet" : verdict;
}

// How many have this verdict.
std::int64_t count_with(const json::array& items, std::string_view verdict)
{
    std::int64_t count = 0;
    for (const json::value& item : items)
        if (text_of(as_object(item), "verdict") == verdict) ++count;
    return count;
}

std::string advice_lines(const json::object& check)
{
    const std::string advice = message_text(check, "advice");
    if (advice.empty()) return {};
    const bool fix = check.contains("fix") && check.at("fix").is_object();
    return "  " + printable(message_text(check, "title")) + "\n    " + printable(advice) + "\n" +
           (fix ? "    The relay can do this: on its page, under HaloPSA.\n" : "");
}

} // namespace

std::string checks_view(const json::object& checks, bool all)
{
    const json::array& items = array_of(checks, "items");
    std::string text;
    std::string advice;
    for (std::size_t section = 0; section < sections.size(); ++section) {
        Table lines;
        for (const json::value& item : items) {
            const json::object& check = as_object(item);
            if (count_of(check, "section") != static_cast<std::int64_t>(section + 1)) continue;
            if (text_of(check, "verdict") == "right" && !all) continue;
            lines.add({verdict_text(check), message_text(check, "title"), message_text(check, "found")});
            if (text_of(check, "verdict") != "right") advice += advice_lines(check);
        }
        if (!lines.empty()) text += std::string{sections.at(section)} + "\n" + lines.text("  ");
    }
    if (!advice.empty()) text += "\nWhat to do\n" + advice;
    return text + (text.empty() ? "" : "\n") + counted(count_with(items, "right"), "check", "checks") +
           " right, " + std::to_string(count_with(items, "wrong")) + " wrong, " +
           std::to_string(count_with(items, "unknown_rights")) + " beyond the relay's rights, " +
           std::to_string(count_with(items, "not_yet")) + " not yet\n";
}

} // namespace mizo::cli
