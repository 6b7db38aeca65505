#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <algorithm>

namespace mizo::cli {

std::string link_view(const json::object& link, base::WallTime now)
{
    std::string state = text_of(link, "state");
    std::replace(state.begin(), state.end(), '_', ' ');
    Table facts;
    facts.add({"State", state});
    facts.add({"Mizo", text_of(link, "url")});
    facts.add({"Relay id", text_of(link, "relay_id")});
    if (const auto enrolled = time_of(link, "enrolled_at"))
        facts.add({"Enrolled", time_and_age(*enrolled, now)});
    if (const auto proxy = text_of(link, "proxy"); !proxy.empty()) facts.add({"Proxy", proxy});
    if (const auto error = message_text(link, "last_error"); !error.empty() && state != "live")
        facts.add({"Last error", error});
    if (const auto advice = message_text(link, "advice"); !advice.empty()) facts.add({"What to do", advice});
    return facts.text();
}

std::string link_test_view(const json::object& test)
{
    Table lines{{"STEP", "RESULT", "TOOK", "WHAT"}};
    std::string advice;
    bool reached_mizo = false;
    for (const json::value& one : array_of(test, "steps")) {
        const json::object& step = as_object(one);
        const std::string result = text_of(step, "result");
        const bool skipped = result == "skipped";
        if (text_of(step, "step") == "ack") reached_mizo = !skipped;
        const std::chrono::milliseconds took{count_of(step, "took_ms")};
        lines.add({text_of(step, "step"), result == "failed" ? "FAILED" : result,
                   skipped ? "-" : duration_text(took), text_of(step, "text")});
        if (const auto text = message_text(step, "advice"); !text.empty())
            advice += "  " + text_of(step, "step") + ": " + printable(text) + "\n";
    }
    std::string text = "Way to " + printable(text_of(test, "url")) + "\n" + lines.text("  ");
    if (!advice.empty()) text += "\nWhat to do\n" + advice;
    if (flag_of(test, "ok") != true) return text + "\nThe way to Mizo is not open.\n";
    // Before an enrolment there is no key to knock with, so the last steps are left out.
    return text + (reached_mizo ? "\nThe way to Mizo is open.\n"
                                : "\nNothing is in the way as far as it was tried.\n");
}

} // namespace mizo::cli
