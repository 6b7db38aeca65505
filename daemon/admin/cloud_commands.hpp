#pragma once

#include "daemon/admin/services.hpp"
#include "daemon/agent/commands.hpp"

namespace mizo::admin {

// What of the cloud's commands is the admin API's business. The services must outlive the actions.
// collect_diagnostics: {} -> {files:[{name,size,text}], status, settings, certificates, log:[line]}, at most
// 256 KiB of it. offer_rotation: {} -> {id,thumbprint,not_after}. set_scope: {ticket_types:[id]|null} -> the
// same.
agent::CommandActions cloud_commands(Services& services);

} // namespace mizo::admin
