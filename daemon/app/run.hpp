#pragma once

#include "daemon/app/startup.hpp"

namespace mizo::app {

// The daemon, from its start to its end: what `mizo-relay run` is. Ends at SIGTERM or SIGINT; a second one
// ends it at once. The exit status: 0 after an orderly stop, 1 where it could not start or go on.
int run(const RunOptions& options);

} // namespace mizo::app
