#include "tests/support/run_to_end.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <exception>

namespace mizo::tests {

void run_to_end(asio::io_context& loop, asio::awaitable<void> work)
{
    std::exception_ptr failure;
    bool done = false;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown) {
        failure = thrown;
        done = true;
    });
    loop.restart();
    // The store's threads post to the loop: it must not run dry meanwhile.
    const auto busy = asio::make_work_guard(loop);
    while (!done) loop.run_one();
    if (failure) std::rethrow_exception(failure);
}

} // namespace mizo::tests
