#include "daemon/net/network_watch.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/windows/object_handle.hpp>

#include <iphlpapi.h>
#include <netioapi.h>
#include <winsock2.h>

namespace mizo::net {

namespace {

// Told of on a thread of Windows', which does no more than set the event that the loop waits for.
class Notifications {
public:
    explicit Notifications(HANDLE event)
    {
        ::NotifyUnicastIpAddressChange(AF_UNSPEC, address_changed, event, FALSE, &addresses_);
        ::NotifyRouteChange2(AF_UNSPEC, route_changed, event, FALSE, &routes_);
    }
    Notifications(const Notifications&) = delete;
    Notifications& operator=(const Notifications&) = delete;
    // Waits until nobody is in one of the functions below.
    ~Notifications()
    {
        if (addresses_) ::CancelMibChangeNotify2(addresses_);
        if (routes_) ::CancelMibChangeNotify2(routes_);
    }
    bool any() const { return addresses_ || routes_; }

private:
    static void WINAPI address_changed(void* event, PMIB_UNICASTIPADDRESS_ROW, MIB_NOTIFICATION_TYPE what)
    {
        if (what == MibAddInstance) ::SetEvent(event);
    }
    static void WINAPI route_changed(void* event, PMIB_IPFORWARD_ROW2, MIB_NOTIFICATION_TYPE what)
    {
        if (what == MibAddInstance) ::SetEvent(event);
    }

    HANDLE addresses_ = nullptr;
    HANDLE routes_ = nullptr;
};

} // namespace

asio::awaitable<void> watch_network(std::function<void()> on_up)
{
    auto executor = co_await asio::this_coro::executor;
    const HANDLE event = ::CreateEventW(nullptr, FALSE, FALSE, nullptr);
    if (event == nullptr) co_return;
    asio::windows::object_handle waiting{executor, event};
    const Notifications notifications{event};
    boost::system::error_code failed;
    while (!failed && notifications.any()) {
        co_await waiting.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        if (!failed) on_up();
    }
}

} // namespace mizo::net
