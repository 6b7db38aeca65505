# Our own code is free of warnings; what we include from packages is a SYSTEM include and is not judged.
add_library(mizo_warnings INTERFACE)
target_compile_options(
    mizo_warnings
    INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
              -Wimplicit-fallthrough -Werror)
