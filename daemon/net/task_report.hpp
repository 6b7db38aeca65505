#pragma once

#include "daemon/base/log.hpp"
#include "daemon/net/task_scope.hpp"

namespace mizo::net {

// Logs each task that ended by a failure, once. Being cancelled is an ordinary ending and is not logged.
TaskScope::Report report_to(base::Logger logger);

} // namespace mizo::net
