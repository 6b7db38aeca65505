#include "daemon/halo_api/bell.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mizo::halo_api {

// Of one who waits, as long as it does.
struct Bell::Place {
    Place(Timers& all, Timers::iterator own) : timers{all}, timer{own} {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { timers.erase(timer); }

    Timers& timers;
    Timers::iterator timer;
};

asio::awaitable<void> Bell::wait(std::chrono::milliseconds limit)
{
    const Place place{waiting_, waiting_.emplace(waiting_.end(), executor_, limit)};
    boost::system::error_code ended;
    co_await place.timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

void Bell::ring()
{
    for (auto& timer : waiting_) timer.cancel();
}

} // namespace mizo::halo_api
