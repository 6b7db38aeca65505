#include "daemon/base/environment.hpp"
#include "daemon/cli/command_line.hpp"

int main(int argc, char** argv)
{
    return mizo::cli::main(mizo::base::process_arguments(argc, argv));
}
