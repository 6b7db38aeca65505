#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <utility>

namespace mizo::halo_api {

namespace asio = boost::asio;

// Wakes coroutines that wait for a change of state, each with a limit of its own. On the loop's thread only;
// must outlive who waits.
class Bell {
public:
    explicit Bell(asio::any_io_executor executor) : executor_{std::move(executor)} {}

    // Ends when the bell is rung, at the limit, or when the waiting coroutine is cancelled: the state tells.
    asio::awaitable<void> wait(std::chrono::milliseconds limit);
    void ring();

private:
    using Timers = std::list<asio::steady_timer>;
    struct Place;

    asio::any_io_executor executor_;
    Timers waiting_;
};

} // namespace mizo::halo_api
