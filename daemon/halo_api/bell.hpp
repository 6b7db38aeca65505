#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <list>

namespace mizo::halo_api {

namespace asio = boost::asio;

// Wakes coroutines that wait for a change of state, each with a limit of its own. On the loop's thread only;
// must outlive who waits.
class Bell {
public:
    explicit Bell(asio::any_io_executor executor) : executor_{std::move(executor)} {}

    // Ends when the bell is rung, at the limit, or when the waiting coroutine is cancelled: the state tells.
    asio::awaitable<void> wait(std::chrono::milliseconds limit)
    {
        const Place place{waiting_, waiting_.emplace(waiting_.end(), executor_, limit)};
        boost::system::error_code ended;
        co_await place.timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }

    void ring()
    {
        for (auto& timer : waiting_) timer.cancel();
    }

private:
    using Timers = std::list<asio::steady_timer>;
    struct Place {
        Timers& timers;
        Timers::iterator timer;
        Place(Timers& all, Timers::iterator own) : timers{all}, timer{own} {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { timers.erase(timer); }
    };

    asio::any_io_executor executor_;
    Timers waiting_;
};

} // namespace mizo::halo_api
