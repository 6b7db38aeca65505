#include "daemon/agent/fault.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace mizo::agent {

namespace {

struct Row {
    std::string_view reason;
    std::string_view code;
    std::string_view text;
};

constexpr std::array rows{
    Row{"agent_off", "denied", "Acting on HaloPSA is switched off in the relay (agent.enabled)"},
    Row{"agent_path_refused", "denied", "This is no path of HaloPSA's API"},
    Row{"agent_not_allowed", "denied", "{method} {path} is not on the relay's allow-list"},
    Row{"agent_permission_off", "denied",
        "{method} {path} needs {permission}, which the relay's admin does not allow (agent.allow)"},
    Row{"agent_query_refused", "denied", "The query is not acceptable: {why}"},
    Row{"agent_body_refused", "denied", "The body is not acceptable: {why}"},
    Row{"agent_automation_off", "denied", "This needs {setting}, which is off in the relay's settings"},
    Row{"agent_key_used", "denied", "This idempotency_key was used for another request"},
    Row{"agent_no_resolve_action", "denied",
        "HaloPSA has no action {name}: follow the setup guide, section 5"},
    Row{"agent_no_resolve_status", "denied",
        "The action {name} of HaloPSA sets no status: choose its status after the action, or name "
        "new_status"},
    Row{"agent_cancelled", "cancelled", "The request was cancelled"},
    Row{"agent_cancelled_write", "cancelled",
        "The request was cancelled when its call had begun; the call goes on, and its outcome is kept under "
        "its "
        "idempotency_key"},
    Row{"agent_link_lost", "cancelled", "The link ended before the answer came"},
    Row{"agent_stopping", "cancelled", "The relay is stopping"},
    Row{"agent_too_many", "rate_limited", "{count} requests of this relay are in hand already"},
    Row{"agent_answer_too_large", "too_large", "HaloPSA's answer is larger than {limit} bytes"},
    Row{"agent_not_done", "timeout",
        "HaloPSA did not answer in time; what was asked for is not there {seconds} s later, so it was most "
        "likely "
        "not done"},
    Row{"agent_unknown", "timeout",
        "HaloPSA did not answer in time; whether it did what was asked for is not known"},
    Row{"agent_unknown_before", "timeout",
        "Whether HaloPSA did this at the first try is not known; it is not tried again under the same "
        "idempotency_key"},
    Row{"agent_unauthorised", "unauthorised",
        "HaloPSA answers {status}: our agent lacks the permission for this ({reason})"},
    Row{"agent_store_failed", "upstream_down",
        "The relay cannot write to its disk, so that nothing is begun: {why}"},
    Row{"agent_command_off", "denied", "The command {name} is switched off in the relay (agent.commands)"},
    Row{"agent_command_unknown", "unsupported", "This relay has no command {name}"},
    Row{"agent_command_running", "busy", "The command {name} is running already"},
    Row{"agent_command_failed", "failed", "The command {name} failed: {why}"},
    Row{"agent_command_args", "malformed", "The arguments are not acceptable: {why}"},
    Row{"agent_scope_locked", "denied", "The ticket types are pinned by the relay's file: {key}"},
    Row{"agent_rotation_waits", "conflict", "A certificate waits already to be loaded into HaloPSA"},
};

const Row& row_of(std::string_view reason)
{
    const auto* row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.reason == reason; });
    if (row == rows.end()) throw std::logic_error{"no such reason: " + std::string{reason}};
    return *row;
}

std::string filled(std::string_view text, const Fault::Args& args)
{
    std::string out;
    while (!text.empty()) {
        const auto open = std::min(text.find('{'), text.size());
        out += text.substr(0, open);
        text.remove_prefix(open);
        const auto close = text.find('}');
        if (close == std::string_view::npos) break;
        const std::string_view name = text.substr(1, close - 1);
        const auto arg =
            std::find_if(args.begin(), args.end(), [&](const auto& each) { return each.first == name; });
        if (arg != args.end()) out += arg->second;
        text.remove_prefix(close + 1);
    }
    return out;
}

std::string_view code_of(const base::Error& error)
{
    switch (error.kind()) {
    case base::Errc::timeout: return "timeout";
    case base::Errc::tls: return "upstream_tls";
    case base::Errc::unauthorised: return "unauthorised";
    case base::Errc::rate_limited: return "rate_limited";
    case base::Errc::too_large: return "too_large";
    case base::Errc::shutting_down: return "cancelled";
    case base::Errc::denied:
    case base::Errc::invalid: return "denied";
    case base::Errc::unreachable:
    case base::Errc::unavailable:
    case base::Errc::malformed:
    case base::Errc::not_found:
    case base::Errc::gone:
    case base::Errc::conflict:
    case base::Errc::refused:
    case base::Errc::internal: return "upstream_down";
    }
    return "upstream_down";
}

} // namespace

Fault fault(std::string_view reason, Fault::Args args)
{
    const Row& row = row_of(reason);
    std::string text = filled(row.text, args);
    return {row.code, reason, std::move(text), std::move(args)};
}

Fault fault_of(const base::Error& error)
{
    Fault::Args args;
    if (!error.detail().empty()) args.emplace_back("reason", error.detail());
    return {code_of(error), error.code(), error.text(), std::move(args)};
}

std::vector<std::pair<std::string_view, std::string_view>> all_reasons()
{
    std::vector<std::pair<std::string_view, std::string_view>> all;
    for (const Row& row : rows) all.emplace_back(row.reason, row.text);
    return all;
}

} // namespace mizo::agent
