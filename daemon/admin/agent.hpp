#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/store/agent_calls.hpp"

namespace mizo::admin {

// As GET /agent/calls shows it, and the stream.
json::object to_json(const store::AgentCall& call);

} // namespace mizo::admin
