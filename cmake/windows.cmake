# Toolchain file: Windows programs, made on Debian by clang with the headers, the C++ library and the start
# files of mingw-w64's g++ (posix threads). Clang itself would mix in the headers and the libraries of Linux,
# so each is named.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(MIZO_MINGW x86_64-w64-mingw32)
set(MIZO_MINGW_GCC /usr/lib/gcc/${MIZO_MINGW}/12-posix)

set(CMAKE_C_COMPILER ${MIZO_MINGW}-gcc-posix)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_AR /usr/bin/${MIZO_MINGW}-ar)
set(CMAKE_RANLIB /usr/bin/${MIZO_MINGW}-ranlib)
set(CMAKE_RC_COMPILER ${MIZO_MINGW}-windres)

# 0x0A00: Windows 10 and Server 2016, the oldest that are supported.
string(JOIN " " CMAKE_CXX_FLAGS_INIT
    --target=${MIZO_MINGW} -femulated-tls -nostdinc++ -nostdlibinc
    -isystem ${MIZO_MINGW_GCC}/include/c++
    -isystem ${MIZO_MINGW_GCC}/include/c++/${MIZO_MINGW}
    -isystem ${MIZO_MINGW_GCC}/include/c++/backward
    -isystem /usr/${MIZO_MINGW}/include
    -D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000000 -DUNICODE -D_UNICODE -DNOMINMAX -DWIN32_LEAN_AND_MEAN)

set(CMAKE_FIND_ROOT_PATH /usr/${MIZO_MINGW})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
