# What the Windows build links, cross-compiled by scripts/windows-dependencies where it is not there yet; all
# of it static, so that the program needs the DLLs of Windows alone.
# The linker is lld: binutils' own fails where objects of clang and gcc meet. Start files and libraries are
# those of mingw-w64, each named, as clang would take others.
set(MIZO_MINGW_LIB /usr/${MIZO_MINGW}/lib)
set(runtime "-lmingw32 -lgcc -lgcc_eh -lmoldname -lmingwex -lmsvcrt")
string(JOIN " " CMAKE_CXX_LINK_EXECUTABLE
    "<CMAKE_CXX_COMPILER> --target=${MIZO_MINGW} -fuse-ld=lld -static -nostartfiles -nodefaultlibs"
    "<LINK_FLAGS> -L${MIZO_MINGW_GCC} -L${MIZO_MINGW_LIB}"
    "${MIZO_MINGW_LIB}/crt2.o ${MIZO_MINGW_GCC}/crtbegin.o <OBJECTS> -o <TARGET> <LINK_LIBRARIES>"
    "-lstdc++ ${runtime} -lwinpthread -lws2_32 -lmswsock -lcrypt32 -lbcrypt -lwinhttp -liphlpapi -lole32"
    "-luuid -ladvapi32 -lshell32 -luser32 -lkernel32 ${runtime} -lkernel32 ${MIZO_MINGW_GCC}/crtend.o")

set(script ${PROJECT_SOURCE_DIR}/scripts/windows-dependencies)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
execute_process(
    COMMAND ${script} OUTPUT_VARIABLE made OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
# Under a name inside the tree, so that what is compiled in one clone serves the others.
set(prefix ${PROJECT_BINARY_DIR}/dependencies)
file(CREATE_LINK ${made} ${prefix} SYMBOLIC)

# mizo_static(NAME LIBRARY [LINKED...]): an imported target of one library of the folder.
function(mizo_static name library)
    add_library(${name} STATIC IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${prefix}/lib/lib${library}.a)
    target_include_directories(${name} SYSTEM INTERFACE ${prefix}/include)
    target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()

add_library(windows_headers INTERFACE)
target_include_directories(windows_headers SYSTEM INTERFACE ${prefix}/include)
add_library(Boost::headers ALIAS windows_headers)
add_library(Catch2::Catch2 ALIAS windows_headers)
add_library(Threads::Threads ALIAS windows_headers)
mizo_static(OpenSSL::Crypto crypto)
mizo_static(OpenSSL::SSL ssl OpenSSL::Crypto)
mizo_static(SQLite::SQLite3 sqlite3)
mizo_static(Boost::json boost_json)
mizo_static(Boost::url boost_url)
mizo_static(Boost::program_options boost_program_options)
mizo_static(cmark cmark)
target_compile_definitions(cmark INTERFACE CMARK_STATIC_DEFINE)
set(CMARK_LIBRARY cmark)

add_library(mizo_spdlog INTERFACE)
target_compile_definitions(mizo_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY SPDLOG_WCHAR_FILENAMES)
target_link_libraries(mizo_spdlog INTERFACE windows_headers)
