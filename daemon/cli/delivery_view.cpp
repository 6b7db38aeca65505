#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <algorithm>

namespace mizo::cli {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t title_width = 32;

std::string ticket_text(const json::object& owner)
{
    const auto ticket = integer_of(owner, "ticket");
    return ticket ? "#" + std::to_string(*ticket) : "-";
}

// What happened, in HaloPSA's words where they came; of a batch, how many.
std::string event_text(const json::object& delivery)
{
    std::string text = text_of(delivery, "event_text");
    if (const auto reason = text_of(delivery, "reason_code"); !reason.empty()) text = reason;
    const std::int64_t events = count_of(delivery, "events");
    if (events > 1) text += " (+" + std::to_string(events - 1) + ")";
    return text.empty() ? "-" : text;
}

std::string state_text(const json::object& owner)
{
    std::string state = text_of(owner, "state");
    if (state.empty()) return "-";
    if (const auto latency = integer_of(owner, "latency_ms"); latency && state == "acked")
        state += " in " + duration_text(milliseconds{*latency});
    return state;
}

std::string more_text(const json::object& list)
{
    const std::string cursor = text_of(list, "next_cursor");
    return cursor.empty() ? "" : "\nMore: repeat the command with --cursor " + cursor + "\n";
}

std::string facts_text(const json::object& delivery, base::WallTime now)
{
    Table facts;
    const auto received = time_of(delivery, "received_at");
    facts.add({"Delivery", text_of(delivery, "id")});
    if (received)
        facts.add({"Received", time_and_age(*received, now) + " from " + text_of(delivery, "remote")});
    facts.add({"Outcome", text_of(delivery, "outcome") + ", answered " +
                              std::to_string(count_of(delivery, "status")) + " after " +
                              duration_text(milliseconds{count_of(delivery, "duration_ms")})});
    if (const auto repeat = text_of(delivery, "repeat_of"); !repeat.empty()) facts.add({"Repeat of", repeat});
    facts.add({"Request", text_of(delivery, "method") + " " + text_of(delivery, "path")});
    const json::object& body = object_of(delivery, "body");
    std::string size = bytes_text(count_of(body, "size"));
    if (flag_of(body, "available") == false) size += ", no longer kept";
    facts.add({"Body", size + ", SHA-256 " + text_of(body, "sha256")});
    return facts.text();
}

std::string verification_text(const json::object& delivery)
{
    const json::object& verification = object_of(delivery, "verification");
    if (verification.empty()) return "";
    std::string text = "\nVerification: " + printable(text_of(verification, "text")) + "\n";
    for (const json::value& one : array_of(verification, "tried")) {
        const json::object& tried = as_object(one);
        text += "  tried " + text_of(tried, "thumbprint") + " (" + text_of(tried, "state") + ")" +
                (flag_of(tried, "matched") == true ? ": it fits" : ": it does not fit") + "\n";
    }
    for (const json::value& hint : array_of(verification, "hints"))
        text += "  hint: " + printable(text_of(as_object(hint), "text")) + "\n";
    return text;
}

std::string events_text(const json::object& delivery)
{
    const json::array& events = array_of(delivery, "event_list");
    if (events.empty()) return "";
    Table lines{{"EVENT", "SEQ", "KIND", "TICKET", "STATE", "ATTEMPTS", "TITLE"}};
    for (const json::value& one : events) {
        const json::object& event = as_object(one);
        const auto seq = integer_of(event, "seq");
        std::string state = state_text(event);
        if (const auto dead = text_of(event, "dead_text"); !dead.empty()) state += ": " + dead;
        lines.add({text_of(event, "id"), seq ? std::to_string(*seq) : "-", text_of(event, "kind"),
                   ticket_text(event), state, std::to_string(count_of(event, "attempts_count")),
                   cut_to(printable(text_of(event, "title")), title_width)});
    }
    return "\n" + lines.text();
}

// The day stands above; within a delivery the milliseconds matter.
std::string timeline_text(const json::object& delivery)
{
    Table lines;
    const auto received = time_of(delivery, "received_at");
    for (const json::value& one : array_of(delivery, "timeline")) {
        const json::object& entry = as_object(one);
        const auto at = time_of(entry, "at");
        std::string when;
        if (at && received) when = "+" + duration_text(std::max(*at - *received, milliseconds{0}));
        lines.add({when, text_of(entry, "stage"), text_of(entry, "text")});
    }
    return lines.empty() ? "" : "\nTimeline\n" + lines.text("  ");
}

} // namespace

std::string deliveries_view(const json::object& list, base::WallTime now)
{
    const json::array& items = array_of(list, "items");
    if (items.empty()) return "No delivery is to be shown.\n";
    Table lines{{"RECEIVED", "AGE", "OUTCOME", "TICKET", "EVENT", "STATE", "TITLE", "ID"}};
    for (const json::value& one : items) {
        const json::object& delivery = as_object(one);
        const auto received = time_of(delivery, "received_at").value_or(base::WallTime{});
        lines.add({local_time(received), age_text(received, now), text_of(delivery, "outcome"),
                   ticket_text(delivery), event_text(delivery), state_text(delivery),
                   cut_to(printable(text_of(delivery, "title")), title_width), text_of(delivery, "id")});
    }
    return lines.text() + more_text(list);
}

std::string delivery_view(const json::object& delivery, base::WallTime now)
{
    std::string text = facts_text(delivery, now) + verification_text(delivery) + events_text(delivery) +
                       timeline_text(delivery) + "\nHeaders\n";
    for (const json::value& one : array_of(delivery, "headers")) {
        const json::object& header = as_object(one);
        text += "  " + printable(text_of(header, "name") + ": " + text_of(header, "value")) + "\n";
    }
    return text;
}

std::string delivery_line(const json::object& delivery)
{
    const auto received = time_of(delivery, "received_at").value_or(base::WallTime{});
    std::string line = local_time(received) + "  " + text_of(delivery, "outcome") + "  " +
                       ticket_text(delivery) + "  " + event_text(delivery);
    if (const auto title = text_of(delivery, "title"); !title.empty()) line += "  " + title;
    return printable(line + "  " + text_of(delivery, "id"));
}

std::string replays_view(const json::object& replays, base::WallTime now)
{
    const std::int64_t created = count_of(replays, "created");
    if (flag_of(replays, "dry_run") == false) return counted(created, "event", "events") + " sent again.\n";
    std::string text = counted(count_of(replays, "replayable"), "event", "events") + " of " +
                       std::to_string(count_of(replays, "matched")) + " that match can be sent again";
    if (const auto without = count_of(replays, "without_body"); without > 0)
        text += "; " + std::to_string(without) + " have lost their bytes to retention";
    if (const auto unscoped = count_of(replays, "unscoped"); unscoped > 0)
        text += "; " + std::to_string(unscoped) + " are out of scope";
    text += ".\n";
    Table lines;
    for (const json::value& one : array_of(replays, "sample")) {
        const json::object& event = as_object(one);
        const auto received = time_of(event, "received_at").value_or(base::WallTime{});
        lines.add({age_text(received, now), text_of(event, "kind"), ticket_text(event),
                   text_of(event, "state"), cut_to(printable(text_of(event, "title")), title_width),
                   text_of(event, "id")});
    }
    return text + lines.text("  ");
}

} // namespace mizo::cli
