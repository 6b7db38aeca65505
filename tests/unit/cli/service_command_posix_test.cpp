#include "daemon/cli/command_line.hpp"
#include "tests/unit/cli/rig.hpp"

using namespace mizo::cli;

TEST_CASE("on Linux the service commands say what the package does, and do not claim to have done it",
          "[cli]")
{
    Rig rig;
    CHECK(main({"service", "start"}, rig.console) == 1);
    CHECK(rig.err.str().find("systemctl enable --now mizo-relay") != std::string::npos);
}
