#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/setup/test_ticket.hpp"

namespace mizo::admin {

// The TestTicket of the contract.
json::object to_json(const setup::TestTicket& ticket);

} // namespace mizo::admin
