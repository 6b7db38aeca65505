#include "daemon/base/environment.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"

#include <array>
#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::array<std::string_view, 4> filters{"state", "event", "ticket", "origin"};

json::object filter_of(Context& context)
{
    json::object filter;
    for (const std::string_view name : filters)
        if (const auto text = context.given.text(name); !text.empty()) filter[name] = text;
    if (const auto ticket = number_option(context, "ticket")) filter["ticket"] = *ticket;
    if (const auto after = time_option(context, "after"); !after.empty()) filter["after"] = after;
    if (const auto before = time_option(context, "before"); !before.empty()) filter["before"] = before;
    if (const auto words = context.given.text("search"); !words.empty()) filter["q"] = words;
    return filter;
}

Exit replay_one(Context& context)
{
    const std::string path = "/events/" + percent_encoded(context.operand(0)) + "/replay";
    const std::string answer = ask_text(*context.api, {.method = "POST", .path = path});
    if (context.printed_as_json(answer)) return Exit::done;
    const json::object event = parse_object(answer);
    context.console.out << "Sent again as event " << text_of(event, "id") << " (seq "
                        << count_of(event, "seq") << ").\n";
    return Exit::done;
}

// Shows what would be sent again before it is.
Exit replay_many(Context& context, const json::object& filter)
{
    const auto replays = [&](bool dry_run) {
        return ApiRequest{.method = "POST",
                          .path = "/replays",
                          .body = json::object{{"filter", filter}, {"dry_run", dry_run}},
                          .answer_limit = std::chrono::minutes{2}};
    };
    const base::WallTime now = context.clock.wall();
    if (!context.given.has("yes") || context.given.has("dry-run")) {
        const std::string preview = ask_text(*context.api, replays(true));
        if (context.given.has("dry-run") && context.printed_as_json(preview)) return Exit::done;
        const json::object found = parse_object(preview);
        (context.given.has("dry-run") ? context.console.out : context.console.err)
            << replays_view(found, now);
        if (context.given.has("dry-run") || count_of(found, "replayable") == 0) return Exit::done;
    }
    confirm(context.console, "They would be sent to Mizo again.", context.given.has("yes"));
    return show(context, replays(false), [now](const json::object& done) { return replays_view(done, now); });
}

} // namespace

Exit events_replay_command(Context& context)
{
    const json::object filter = filter_of(context);
    const bool one = !context.given.operands.empty();
    if (one == !filter.empty())
        throw Stop{Exit::usage, one ? "either an event's id or a filter" : "name an event's id, or a filter"};
    return one ? replay_one(context) : replay_many(context, filter);
}

Exit events_export_command(Context& context)
{
    Path path{"/events/export"};
    path.with("format", context.given.has("format") ? context.given.text("format") : "csv");
    for (const std::string_view name : filters) path.with(name, context.given.text(name));
    path.with("after", time_option(context, "after")).with("before", time_option(context, "before"));
    path.with("q", context.given.text("search"));

    std::optional<OutputFile> file;
    if (context.given.has("out")) file.emplace(base::path_of(context.given.text("out")));
    const auto on_piece = [&](std::string_view piece) {
        if (file) file->write(piece);
        return file || context.console.out << piece;
    };
    const ApiAnswer answer = context.api->stream({.path = path.text()}, on_piece);
    if (answer.interrupted) throw Stop{Exit::failed, "interrupted"};
    if (!is_good(answer)) throw refusal(answer);
    if (file) file->finish();
    return Exit::done;
}

} // namespace mizo::cli
