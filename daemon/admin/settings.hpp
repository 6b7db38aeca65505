#pragma once

#include "daemon/admin/services.hpp"

namespace mizo::admin {

// Takes a change of settings over: on disk first, then in force. `patch` is as in PATCH /settings. Every
// caller goes through here, so that one change never runs into another. Problem codes: settings_invalid,
// settings_locked.
asio::awaitable<std::optional<web::Response>> change_settings(Services& services, json::object patch,
                                                              store::AuditEntry entry);

} // namespace mizo::admin
