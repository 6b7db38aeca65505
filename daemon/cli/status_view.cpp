#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <algorithm>
#include <array>

namespace mizo::cli {

namespace {

using std::chrono::milliseconds;

struct StageName {
    std::string_view stage;
    std::string_view shown;
};
constexpr std::array stage_names{StageName{"halopsa", "HaloPSA"}, StageName{"receive", "Receive"},
                                 StageName{"verify", "Verify"},   StageName{"store", "Store"},
                                 StageName{"link", "Link"},       StageName{"mizo", "Mizo"}};

std::string name_of_stage(const std::string& stage)
{
    for (const auto& [name, shown] : stage_names)
        if (name == stage) return std::string{shown};
    return stage;
}

std::string verdict(const json::object& stage)
{
    const auto ok = flag_of(stage, "ok");
    if (!ok) return "-";
    return *ok ? "ok" : "FAILED";
}

// Six lines, each followed by what to do where something is wrong.
std::string strip_text(const json::object& status, base::WallTime now)
{
    Table lines{{"STAGE", "STATE", "LAST SUCCESS", "WHAT"}};
    Table advice;
    std::string last_advice;
    for (const json::value& one : array_of(status, "strip")) {
        const json::object& stage = as_object(one);
        const auto last = time_of(stage, "last_success");
        std::string what = text_of(stage, "text");
        const auto since = time_of(stage, "since");
        if (flag_of(stage, "ok") == false && since) what += " (since " + local_time(*since) + ")";
        const std::string name = name_of_stage(text_of(stage, "stage"));
        lines.add({name, verdict(stage), last ? age_text(*last, now) : "-", what});
        // One cause often shows at several stages.
        const auto text = message_text(stage, "advice");
        if (!text.empty() && text != last_advice) advice.add({name, text});
        if (!text.empty()) last_advice = text;
    }
    return lines.text() + (advice.empty() ? "" : "\nWhat to do\n" + advice.text("  "));
}

std::string queue_text(const json::object& status)
{
    const json::object& queue = object_of(status, "queue");
    const std::int64_t queued = count_of(queue, "queued");
    std::string text = counted(queued, "event", "events") + " waiting";
    if (queued > 0) {
        text += ", the oldest for " + duration_text(milliseconds{count_of(queue, "oldest_ms")});
        text += ", " + std::to_string(count_of(queue, "in_flight")) + " in flight";
    }
    text += ", " + counted(count_of(queue, "dead"), "dead letter", "dead letters");
    return text + "; " + bytes_text(count_of(queue, "bytes")) + " of " +
           bytes_text(count_of(queue, "max_bytes"));
}

std::string link_text(const json::object& status, base::WallTime now)
{
    const json::object& link = object_of(status, "link");
    std::string text = text_of(link, "state");
    std::replace(text.begin(), text.end(), '_', ' ');
    if (const auto since = time_of(link, "since")) text += " since " + time_and_age(*since, now);
    if (const auto ack = time_of(link, "last_ack")) text += ", last acknowledgement " + age_text(*ack, now);
    if (const auto error = message_text(link, "last_error");
        !error.empty() && text_of(link, "state") != "live")
        text += "; " + error;
    if (const auto next = time_of(link, "next_attempt_at")) text += "; next try " + age_text(*next, now);
    return text;
}

std::string ledger_text(const json::object& status)
{
    const json::object& ledger = object_of(status, "ledger");
    std::string text = std::to_string(count_of(ledger, "received")) + " received, " +
                       std::to_string(count_of(ledger, "stored")) + " stored, " +
                       std::to_string(count_of(ledger, "acked")) + " acknowledged by Mizo";
    if (const auto halo = integer_of(ledger, "halo"))
        text = std::to_string(*halo) + " sent by HaloPSA, " + text;
    if (const auto unscoped = count_of(ledger, "unscoped"); unscoped > 0)
        text += ", " + std::to_string(unscoped) + " out of scope";
    return text;
}

std::string certificates_text(const json::object& status, base::WallTime now)
{
    const json::array& certificates = array_of(status, "certificates");
    if (certificates.empty()) return "Certificates\n  none; make one with: mizo-relay cert new\n";
    Table lines;
    for (const json::value& one : certificates) {
        const json::object& certificate = as_object(one);
        const auto ends = time_of(certificate, "not_after");
        const auto used = time_of(certificate, "last_used");
        lines.add({text_of(certificate, "thumbprint"), text_of(certificate, "state"),
                   ends ? "ends " + age_text(*ends, now) : "",
                   used ? "last used " + age_text(*used, now) : "not used yet",
                   flag_of(certificate, "due") == true ? "A NEW ONE IS DUE" : ""});
    }
    return "Certificates\n" + lines.text("  ");
}

std::string alerts_text(const json::object& status, base::WallTime now)
{
    std::string text;
    for (const json::value& one : array_of(status, "alerts")) {
        const json::object& alert = as_object(one);
        const auto since = time_of(alert, "since");
        text += "  " + text_of(alert, "severity") + ": " + printable(text_of(alert, "text"));
        if (since) text += " (since " + time_and_age(*since, now) + ")";
        text += "\n";
        if (const auto advice = message_text(alert, "advice"); !advice.empty())
            text += "    " + printable(advice) + "\n";
    }
    return text.empty() ? "" : "\nAlerts\n" + text;
}

} // namespace

std::string message_text(const json::object& owner, std::string_view name)
{
    return text_of(object_of(owner, name), "text");
}

std::string status_view(const json::object& status)
{
    // The daemon's own clock: ages are right even where this machine's is read a moment later.
    const base::WallTime now = time_of(status, "now").value_or(base::WallTime{});
    std::string text = "Mizo Relay " + printable(text_of(status, "version"));
    if (const auto started = time_of(status, "started_at"))
        text += ", running for " + duration_text(now - *started);
    text += "\n\n" + strip_text(status, now) + "\n";

    Table facts;
    facts.add({"Queue", queue_text(status)});
    facts.add({"Link", link_text(status, now)});
    facts.add({"Last 24 h", ledger_text(status)});
    const json::object& disk = object_of(status, "disk");
    facts.add(
        {"Disk", bytes_text(count_of(disk, "free")) + " free of " + bytes_text(count_of(disk, "total"))});
    return text + facts.text() + "\n" + certificates_text(status, now) + alerts_text(status, now);
}

} // namespace mizo::cli
