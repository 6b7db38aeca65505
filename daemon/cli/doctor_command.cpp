#include "daemon/cli/commands.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"

#include <algorithm>
#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::chrono::milliseconds look_every{300};

void show_progress(Context& context, const json::object& checks)
{
    if (!context.console.err_is_terminal) return;
    const json::object& progress = object_of(checks, "progress");
    context.console.err << "\r\x1b[KLooking: " << count_of(progress, "done") << " of "
                        << count_of(progress, "total") << std::flush;
}

// The answer's text once nothing is being looked at any more.
std::string checked(Context& context)
{
    if (!context.given.has("last")) ask(*context.api, {.method = "POST", .path = "/checks/run"});
    for (;;) {
        std::string answer = ask_text(*context.api, {.path = "/checks"});
        const json::object checks = parse_object(answer);
        if (flag_of(checks, "running") != true || context.given.has("last")) {
            if (context.console.err_is_terminal) context.console.err << "\r\x1b[K" << std::flush;
            return answer;
        }
        show_progress(context, checks);
        context.wait(look_every);
    }
}

bool is_wrong(const json::value& check)
{
    return text_of(as_object(check), "verdict") == "wrong";
}

} // namespace

Exit doctor_command(Context& context)
{
    const std::string answer = checked(context);
    const json::object checks = parse_object(answer);
    if (!context.printed_as_json(answer))
        context.console.out << checks_view(checks, context.given.has("all"));
    const json::array& items = array_of(checks, "items");
    return std::any_of(items.begin(), items.end(), is_wrong) ? Exit::failed : Exit::done;
}

} // namespace mizo::cli
