#include "daemon/cli/commands.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <algorithm>
#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::chrono::seconds look_every{1};

void show_progress(Context& context, const json::object& learn)
{
    if (!context.console.err_is_terminal) return;
    std::string left;
    if (const auto until = time_of(learn, "expires_at"))
        left = ", " + duration_text(std::max(*until - context.clock.wall(), std::chrono::milliseconds{0})) +
               " left";
    context.console.err << "\r\x1b[KWaiting for the next delivery" << left << std::flush;
}

void end_progress(Context& context)
{
    if (context.console.err_is_terminal) context.console.err << "\r\x1b[K" << std::flush;
}

// Joins learning that is under way (the page may have begun it), or begins it, and waits for its end.
json::object learn_to_the_end(Context& context)
{
    json::object learn = ask(*context.api, {.path = "/learn"});
    const bool has_match = text_of(learn, "state") == "matched" && context.given.has("confirm");
    if (!has_match && text_of(learn, "state") != "waiting")
        learn = ask(*context.api, {.method = "POST", .path = "/learn"});
    if (text_of(learn, "state") == "waiting")
        context.console.err
            << "Now change any ticket in HaloPSA, so that it calls the webhook. Ctrl-C stops waiting.\n";
    while (text_of(learn, "state") == "waiting") {
        show_progress(context, learn);
        context.wait(look_every);
        learn = ask(*context.api, {.path = "/learn"});
    }
    end_progress(context);
    return learn;
}

} // namespace

Exit learn_command(Context& context)
{
    json::object learn = learn_to_the_end(context);
    const bool matched = text_of(learn, "state") == "matched";
    context.console.out << learn_view(learn);
    if (!matched) return Exit::failed;
    if (!context.given.has("confirm")) {
        context.console.out << "Pin it with: mizo-relay learn --confirm\n";
        return Exit::done;
    }
    learn = ask(*context.api, {.method = "POST", .path = "/learn/confirm"});
    context.console.out << printable(text_of(learn, "text")) << "\n";
    return Exit::done;
}

} // namespace mizo::cli
