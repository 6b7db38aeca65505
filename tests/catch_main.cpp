// The one file that compiles Catch2's runner; all test executables link its object.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
