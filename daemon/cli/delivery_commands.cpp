#include "daemon/cli/commands.hpp"
#include "daemon/cli/delivery_tail.hpp"
#include "daemon/cli/event_stream.hpp"
#include "daemon/cli/views.hpp"

#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::string_view shown_at_once = "20";
constexpr std::chrono::seconds again_after{2}; // what the stream itself asks for by `retry`

// One connection's worth of the stream. True when it was ended by Ctrl-C.
bool follow(Context& context, EventStreamParser& parser, bool& connected)
{
    const auto on_piece = [&](std::string_view piece) {
        connected = true;
        if (!parser.take(piece)) throw Stop{Exit::failed, "the daemon's answer is not understood"};
        // A full disk or a closed pipe behind us ends it, too.
        return static_cast<bool>(context.console.out.flush());
    };
    const ApiRequest request{.path = "/stream?topics=delivery", .last_event_id = parser.last_id()};
    const ApiAnswer answer = context.api->stream(request, on_piece);
    if (!context.console.out) throw Stop{Exit::failed, "standard output cannot be written"};
    if (!answer.interrupted && !is_good(answer)) throw refusal(answer);
    return answer.interrupted;
}

} // namespace

Exit deliveries_list_command(Context& context)
{
    Path path{"/deliveries"};
    for (const std::string_view name : {"outcome", "ticket", "event", "state"})
        path.with(name, context.given.text(name));
    path.with("after", time_option(context, "after")).with("before", time_option(context, "before"));
    path.with("q", context.given.text("search")).with("cursor", context.given.text("cursor"));
    path.with("limit", context.given.has("limit") ? context.given.text("limit") : shown_at_once);
    const base::WallTime now = context.clock.wall();
    return show(context, {.path = path.text()},
                [now](const json::object& list) { return deliveries_view(list, now); });
}

Exit deliveries_show_command(Context& context)
{
    const std::string path = "/deliveries/" + percent_encoded(context.operand(0));
    if (context.given.has("body")) {
        context.console.out << ask_text(*context.api, {.path = path + "/body"});
        return Exit::done;
    }
    const base::WallTime now = context.clock.wall();
    return show(context, {.path = path},
                [now](const json::object& delivery) { return delivery_view(delivery, now); });
}

Exit deliveries_tail_command(Context& context)
{
    DeliveryTail tail{context.console.out, context.given.has("json")};
    EventStreamParser parser{[&](const ServerEvent& event) {
        if (event.name == "delivery") tail.on_delivery(event.data);
        if (event.name == "reset")
            context.console.err << "Deliveries may have come unseen meanwhile: mizo-relay deliveries list\n";
    }};
    if (context.console.err_is_terminal) context.console.err << "Waiting for deliveries; Ctrl-C ends it.\n";
    bool connected = false;
    for (bool told = false;; told = true) {
        try {
            if (follow(context, parser, connected)) return Exit::done;
        } catch (const Stop& stop) {
            // Once it has worked, a restart of the daemon is waited for; else there is nothing to wait for.
            if (stop.status() != Exit::unreachable || !connected) throw;
        }
        if (!told) context.console.err << "The connection ended; trying to connect again.\n";
        context.wait(again_after);
    }
}

} // namespace mizo::cli
