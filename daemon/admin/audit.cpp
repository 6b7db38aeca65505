#include "daemon/admin/audit.hpp"

#include "daemon/base/uuid.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace mizo::admin {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 37> sentences{{
    {"setup", "Set the first password"},
    {"signed_in", "Signed in"},
    {"sign_in_failed", "A sign-in failed"},
    {"signed_out", "Signed out"},
    {"password_reset", "Set a new password"},
    {"settings_changed", "Changed {keys}"},
    {"certificate_made", "Made the certificate {thumbprint}"},
    {"pfx_downloaded", "Downloaded the PFX of {thumbprint}"},
    {"password_shown", "Looked at the PFX password of {thumbprint}"},
    {"certificate_activated", "The certificate {thumbprint} became active"},
    {"certificate_retired", "Retired the certificate {thumbprint}"},
    {"certificate_revoked", "Revoked the certificate {thumbprint}"},
    {"key_destroyed", "The private key of {thumbprint} was destroyed"},
    {"link_enrolled", "Enrolled with {url}"},
    {"link_forgotten", "Forgot the link to Mizo"},
    {"link_retried", "Asked the link to try again"},
    {"event_replayed", "Sent the event {event} again"},
    {"events_replayed", "Sent {count} events again"},
    {"events_exported", "Exported events as {format}"},
    {"learn_started", "Started to learn how HaloPSA signs"},
    {"learn_confirmed", "Confirmed how HaloPSA signs"},
    {"reconcile_started", "Looked for what was missed"},
    {"log_level_changed", "Changed the log levels"},
    {"test_ticket_started", "Started a test ticket"},
    {"alerts_tested", "Posted a test alert"},
    {"backup_made", "Made a backup"},
    {"diagnostics_made", "Made a diagnostics file"},
    {"tab_action", "Pressed “{label}” in the tab of ticket {ticket} (agent {agent})"},
    {"tab_action_done", "“{label}” of ticket {ticket} ended: {outcome}"},
    {"started", "The service started"},
    {"stopped", "The service stopped"},
    {"halo_changed", "Asked HaloPSA: {method} {path} ({outcome})"},
    {"command_given", "Gave the command {name} ({outcome})"},
    {"checks_run", "Ran the checks"},
    {"check_fixed", "Mended {id} in HaloPSA"},
    {"certificate_installed", "Put the certificate {thumbprint} into HaloPSA"},
    {"rotation_rolled_back", "Took back the rotation to {thumbprint}: {reason}"},
}};

std::string sentence_of(std::string_view action)
{
    for (const auto& [name, sentence] : sentences)
        if (name == action) return std::string{sentence};
    return std::string{action};
}

json::object args_of(const store::AuditEntry& entry)
{
    boost::system::error_code error;
    json::value parsed = json::parse(entry.detail, error);
    if (error || !parsed.is_object()) return {};
    return std::move(parsed.get_object());
}

} // namespace

store::AuditEntry audit_entry(const Deed& deed, base::WallTime now, base::Random& random)
{
    store::AuditEntry entry;
    entry.id = base::uuid_v7(now, random);
    entry.at = now;
    entry.who = deed.who;
    entry.action = deed.action;
    entry.subject = deed.subject;
    entry.detail = json::serialize(deed.args);
    if (!deed.remote.empty()) entry.remote = deed.remote;
    return entry;
}

json::object to_json(const store::AuditEntry& entry)
{
    json::object args = args_of(entry);
    std::string text = filled(sentence_of(entry.action), args);
    return {{"id", entry.id},
            {"at", to_json(entry.at)},
            {"actor", entry.who},
            {"action", entry.action},
            {"text", std::move(text)},
            {"args", std::move(args)},
            {"remote", to_json(entry.remote)}};
}

} // namespace mizo::admin
