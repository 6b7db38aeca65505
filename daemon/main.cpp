#include "daemon/cli/command_line.hpp"

int main(int argc, char** argv)
{
    return mizo::cli::main({argv, argv + argc});
}
