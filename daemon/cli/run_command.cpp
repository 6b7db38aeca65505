#include "daemon/app/run.hpp"
#include "daemon/app/version.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/config/sources.hpp"

#include <ostream>

namespace mizo::cli {

Exit run_command(Context& context)
{
    app::RunOptions run;
    run.config_file = context.config_file;
    run.data_dir = context.data_dir;
    run.flags = config::flag_entries(context.given.options);
    return app::run(run) == 0 ? Exit::done : Exit::failed;
}

Exit version_command(Context& context)
{
    context.console.out << "mizo-relay " << app::version << "\n";
    return Exit::done;
}

} // namespace mizo::cli
