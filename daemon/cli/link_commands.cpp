#include "daemon/cli/commands.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"

#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::chrono::minutes test_limit{1}; // the daemon itself ends a test or an enrolment within 35 s

} // namespace

Exit link_enroll_command(Context& context)
{
    const base::Secret code = read_secret(context.console, "Enrolment code from Mizo's console");
    const json::object body{{"url", context.operand(0)}, {"code", code.reveal()}};
    const json::object link = ask(
        *context.api, {.method = "POST", .path = "/link/enroll", .body = body, .answer_limit = test_limit});
    context.console.out << "Enrolled.\n" << link_view(link, context.clock.wall());
    return Exit::done;
}

Exit link_test_command(Context& context)
{
    json::object body;
    if (!context.given.operands.empty()) body["url"] = context.operand(0);
    const std::string answer = ask_text(
        *context.api, {.method = "POST", .path = "/link/test", .body = body, .answer_limit = test_limit});
    const json::object test = parse_object(answer);
    if (!context.printed_as_json(answer)) context.console.out << link_test_view(test);
    return flag_of(test, "ok") == true ? Exit::done : Exit::failed;
}

Exit link_retry_command(Context& context)
{
    ask(*context.api, {.method = "POST", .path = "/link/retry"});
    context.console.out << "Connecting now; see: mizo-relay status\n";
    return Exit::done;
}

Exit link_forget_command(Context& context)
{
    confirm(
        context.console,
        "This relay's identity at Mizo and its key would be destroyed; events are kept and wait for a new "
        "enrolment.",
        context.given.has("yes"));
    const ApiAnswer answer = context.api->send({.method = "DELETE", .path = "/link"});
    if (!is_good(answer)) throw refusal(answer);
    context.console.out << "Forgotten. Enrol anew with: mizo-relay link enroll URL\n";
    return Exit::done;
}

} // namespace mizo::cli
