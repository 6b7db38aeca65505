# mizo_precompile(TARGET [HEADER...]): the headers of others that most files of TARGET include, and HEADERs
# with them (of others, or those of ours that all of TARGET stands on), are compiled once for all of them: two
# fifths of the time of a build without optimisation. The release and g++ do without, so that a file that
# forgets an include of its own does not compile there.
option(MIZO_PRECOMPILE "Compile much-used headers once for each library" OFF)

function(mizo_precompile target)
    if(NOT MIZO_PRECOMPILE)
        return()
    endif()
    # Without its time in it, ccache knows it again.
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    target_precompile_headers(
        ${target}
        PRIVATE
        <boost/asio/awaitable.hpp>
        <boost/asio/co_spawn.hpp>
        <boost/asio/ip/tcp.hpp>
        <boost/asio/post.hpp>
        <boost/asio/ssl/context.hpp>
        <boost/asio/steady_timer.hpp>
        <boost/asio/use_awaitable.hpp>
        <boost/json.hpp>
        <boost/system/result.hpp>
        <chrono>
        <condition_variable>
        <deque>
        <filesystem>
        <functional>
        <map>
        <memory>
        <optional>
        <set>
        <stop_token>
        <string>
        <variant>
        <vector>
        ${ARGN})
endfunction()
