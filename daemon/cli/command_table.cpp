#include "daemon/cli/commands.hpp"

namespace mizo::cli {

namespace {

const std::vector<Option> delivery_filters{
    {"outcome", "LIST", "accepted, repeated, rejected; several with commas"},
    {"ticket", "NUMBER", "of this ticket"},
    {"event", "LIST", "created, status_changed, changed, action_added, other"},
    {"state", "LIST", "with an event that is queued, acked, dead, unscoped"},
    {"after", "WHEN", "received since: 30m, 2h, 7d, or 2026-11-23T10:00:00Z"},
    {"before", "WHEN", "received before"},
    {"search", "WORDS", "all of which occur in title, event, ticket, address, thumbprint or id"},
    {"limit", "COUNT", "at most so many, 1 to 500 (20)"},
    {"cursor", "CURSOR", "go on where the last page ended"},
};

// `one`: the call takes a single value of each kind.
std::vector<Option> event_filters(std::vector<Option> more)
{
    std::vector<Option> options{
        {"state", "STATE", "queued, acked, dead, unscoped"},
        {"event", "KIND", "created, status_changed, changed, action_added, other"},
        {"ticket", "NUMBER", "of this ticket"},
        {"origin", "ORIGIN", "webhook, reconcile, poll, test"},
        {"after", "WHEN", "received since: 30m, 2h, 7d, or 2026-11-23T10:00:00Z"},
        {"before", "WHEN", "received before"},
        {"search", "WORDS", "all of which occur in title, event, ticket or id"},
    };
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

std::vector<Command> daemon_commands()
{
    return {
        {.words = "run",
         .topic = Topic::daemon,
         .summary = "the daemon itself: in a terminal, or as a service",
         .details = "Ends in good order at Ctrl-C or SIGTERM; a second one ends it at once.",
         .settings = true,
         .run = run_command},
        {.words = "service",
         .topic = Topic::daemon,
         .operands = "install|uninstall|start|stop",
         .operands_max = 1,
         .summary = "the Windows service; on Linux says how the package does it",
         .run = service_command},
        {.words = "version",
         .topic = Topic::daemon,
         .summary = "which version this is",
         .run = version_command},
    };
}

std::vector<Command> look_commands()
{
    return {
        {.words = "status",
         .topic = Topic::look,
         .summary = "is it delivering: each stage, the queue, the link, certificates, alerts",
         .reads = true,
         .asks = true,
         .run = status_command},
        {.words = "deliveries list",
         .topic = Topic::look,
         .summary = "what HaloPSA sent, newest first",
         .options = delivery_filters,
         .reads = true,
         .asks = true,
         .run = deliveries_list_command},
        {.words = "deliveries show",
         .topic = Topic::look,
         .operands = "ID",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "one delivery: verification, events, timeline, headers",
         .options = {{"body", "", "print the exact bytes HaloPSA sent, and nothing else"}},
         .reads = true,
         .asks = true,
         .run = deliveries_show_command},
        {.words = "deliveries tail",
         .topic = Topic::look,
         .summary = "each delivery as it arrives, until Ctrl-C",
         .details = "A second line follows when Mizo has it. With --json: one object a line, at each change.",
         .reads = true,
         .asks = true,
         .run = deliveries_tail_command},
        {.words = "events export",
         .topic = Topic::look,
         .summary = "events as CSV or NDJSON, oldest first",
         .options = event_filters({{"format", "FORMAT", "csv or ndjson (csv)"},
                                   {"out", "FILE", "write a new file instead of standard output"}}),
         .asks = true,
         .run = events_export_command},
    };
}

std::vector<Command> halopsa_commands()
{
    return {
        {.words = "cert new",
         .topic = Topic::halopsa,
         .summary = "make a certificate for HaloPSA to sign with",
         .options = {{"profile", "PROFILE", "compatible (every Windows) or modern (AES-256); compatible"},
                     {"key-bits", "BITS", "2048, 3072 or 4096 (2048)"},
                     {"valid-days", "DAYS", "1 to 3650 (the setting rotation.valid_days)"}},
         .reads = true,
         .asks = true,
         .run = cert_new_command},
        {.words = "cert list",
         .topic = Topic::halopsa,
         .summary = "all certificates and their states",
         .reads = true,
         .asks = true,
         .run = cert_list_command},
        {.words = "cert export",
         .topic = Topic::halopsa,
         .operands = "ID",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "the PFX file and its password, to be loaded into HaloPSA",
         .details = "ID may be the beginning of the id or of the thumbprint. The password is printed to a "
                    "terminal,\n"
                    "or written to a file that only you can read.",
         .options = {{"out", "FILE", "where to write the PFX; a new file"},
                     {"password-out", "FILE", "where to write the password; a new file"}},
         .asks = true,
         .run = cert_export_command},
        {.words = "cert retire",
         .topic = Topic::halopsa,
         .operands = "ID",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "accept a certificate only for the overlap that is left to it",
         .options = {{"confirm", "", "also where no accepted certificate would remain"}},
         .asks = true,
         .run = cert_retire_command},
        {.words = "learn",
         .topic = Topic::halopsa,
         .summary = "find out from one real delivery how this HaloPSA signs",
         .details =
             "Waits up to 15 minutes for the next delivery, tries every way of signing, and prints the one\n"
             "that verifies.",
         .options = {{"confirm", "", "pin what was found, now or by an earlier learn"}},
         .asks = true,
         .run = learn_command},
        {.words = "doctor",
         .topic = Topic::halopsa,
         .summary = "each step of the setup guide: what is wrong in HaloPSA, and what to do",
         .details = "Looks anew, which takes up to half a minute; fails where anything is wrong.",
         .options = {{"all", "", "also what is right"}, {"last", "", "what was found last, without looking"}},
         .reads = true,
         .asks = true,
         .run = doctor_command},
    };
}

std::vector<Command> mizo_commands()
{
    return {
        {.words = "link enroll",
         .topic = Topic::mizo,
         .operands = "URL",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "connect to Mizo; the enrolment code is read from standard input",
         .asks = true,
         .run = link_enroll_command},
        {.words = "link test",
         .topic = Topic::mizo,
         .operands = "[URL]",
         .operands_max = 1,
         .summary = "try every step on the way to Mizo, with advice where one fails",
         .reads = true,
         .asks = true,
         .run = link_test_command},
        {.words = "link retry",
         .topic = Topic::mizo,
         .summary = "connect now instead of after the pause",
         .asks = true,
         .run = link_retry_command},
        {.words = "link forget",
         .topic = Topic::mizo,
         .summary = "destroy this relay's identity at Mizo; events are kept",
         .options = {{"yes", "", "do not ask"}},
         .asks = true,
         .run = link_forget_command},
        {.words = "events replay",
         .topic = Topic::mizo,
         .operands = "[ID]",
         .operands_max = 1,
         .summary = "send one event to Mizo again, or all that a filter finds",
         .details = "With a filter it first says how many there are, and asks.",
         .options =
             event_filters({{"dry-run", "", "only say which they would be"}, {"yes", "", "do not ask"}}),
         .reads = true,
         .asks = true,
         .run = events_replay_command},
    };
}

std::vector<Command> care_commands()
{
    return {
        {.words = "config show",
         .topic = Topic::care,
         .operands = "[PREFIX]",
         .operands_max = 1,
         .summary = "every setting in force, or those that begin with PREFIX",
         .options = {{"origin", "", "also where each value comes from"}},
         .reads = true,
         .asks = true,
         .run = config_show_command},
        {.words = "config set",
         .topic = Topic::care,
         .operands = "KEY [VALUE]",
         .operands_min = 1,
         .operands_max = 2,
         .summary = "change a setting of the running daemon; a secret is read from standard input",
         .options = {{"default", "", "put it back to its default"}},
         .asks = true,
         .run = config_set_command},
        {.words = "config check",
         .topic = Topic::care,
         .summary = "every mistake in the configuration file and the environment",
         .reads = true,
         .run = config_check_command},
        {.words = "backup",
         .topic = Topic::care,
         .operands = "FILE",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "a consistent copy of the database while the daemon works",
         .asks = true,
         .run = backup_command},
        {.words = "restore",
         .topic = Topic::care,
         .operands = "FILE",
         .operands_min = 1,
         .operands_max = 1,
         .summary = "put a backup in place; the service must be stopped",
         .details = "The database that was there is kept in a folder beside it.",
         .run = restore_command},
        {.words = "diagnostics",
         .topic = Topic::care,
         .operands = "[FILE]",
         .operands_max = 1,
         .summary = "a zip for support without secrets; says first what is in it",
         .options = {{"list", "", "only say what would be in it"}},
         .reads = true,
         .asks = true,
         .run = diagnostics_command},
        {.words = "admin reset-password",
         .topic = Topic::care,
         .summary = "a new password for the admin page, whether the service runs or not",
         .details = "The password is asked for, or read as one line from standard input. Every session ends.",
         .options = {{"url", "URL", "the admin address of a daemon that runs"},
                     {"ca-file", "FILE", "CA (PEM) of an https address"}},
         .run = reset_password_command},
    };
}

} // namespace

const std::vector<Command>& all_commands()
{
    static const std::vector<Command> commands = [] {
        std::vector<Command> all;
        for (const auto part :
             {daemon_commands, look_commands, halopsa_commands, mizo_commands, care_commands})
            for (Command& command : part()) all.push_back(std::move(command));
        return all;
    }();
    return commands;
}

} // namespace mizo::cli
