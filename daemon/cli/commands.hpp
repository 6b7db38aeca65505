#pragma once

#include "daemon/cli/command.hpp"

// What each command does; its words, operands and options stand in command_table.cpp.
namespace mizo::cli {

Exit run_command(Context& context);
Exit version_command(Context& context);
Exit service_command(Context& context);

Exit status_command(Context& context);
Exit deliveries_list_command(Context& context);
Exit deliveries_show_command(Context& context);
Exit deliveries_tail_command(Context& context);
Exit events_replay_command(Context& context);
Exit events_export_command(Context& context);

Exit cert_new_command(Context& context);
Exit cert_list_command(Context& context);
Exit cert_export_command(Context& context);
Exit cert_retire_command(Context& context);
Exit learn_command(Context& context);
Exit doctor_command(Context& context);

Exit link_enroll_command(Context& context);
Exit link_test_command(Context& context);
Exit link_retry_command(Context& context);
Exit link_forget_command(Context& context);

Exit config_show_command(Context& context);
Exit config_set_command(Context& context);
Exit config_check_command(Context& context);
Exit backup_command(Context& context);
Exit restore_command(Context& context);
Exit diagnostics_command(Context& context);
Exit reset_password_command(Context& context);

// The number after an option; empty where it was not given. Throws Stop (usage).
std::optional<std::int64_t> number_option(const Context& context, std::string_view name);
// The time after --after or --before as the API takes it; empty where it was not given. Throws Stop (usage).
std::string time_option(const Context& context, std::string_view name);

// Asks and shows: the answer as JSON, or what `view` makes of it.
Exit show(Context& context, const ApiRequest& request,
          const std::function<std::string(const json::object&)>& view);

} // namespace mizo::cli
