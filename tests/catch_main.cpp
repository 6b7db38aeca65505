// The one file that compiles Catch2's runner; all test executables link its object.
#define CATCH_CONFIG_MAIN
#define DO_NOT_USE_WMAIN // the start files that Windows programs are linked with here call main
#include <catch2/catch.hpp>
