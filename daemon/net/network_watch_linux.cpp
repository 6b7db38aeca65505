#include "daemon/net/network_watch.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/raw_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace mizo::net {

namespace {

using Netlink = asio::generic::raw_protocol;

// Whether one of the kernel's messages (rtnetlink(7)) says that there is a new address or route.
bool tells_of_something_new(const char* bytes, std::size_t size)
{
    auto left = static_cast<unsigned>(size);
    for (auto* message = reinterpret_cast<const nlmsghdr*>(bytes); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left))
        if (message->nlmsg_type == RTM_NEWADDR || message->nlmsg_type == RTM_NEWROUTE) return true;
    return false;
}

} // namespace

asio::awaitable<void> watch_network(std::function<void()> on_up)
{
    auto executor = co_await asio::this_coro::executor;
    boost::system::error_code failed;
    Netlink::socket socket{executor};
    socket.open(Netlink{AF_NETLINK, NETLINK_ROUTE}, failed);
    if (failed) co_return;
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    socket.bind(Netlink::endpoint{&address, sizeof address, NETLINK_ROUTE}, failed);
    while (!failed) {
        alignas(nlmsghdr) std::array<char, 16 * 1024> bytes{};
        const auto room = asio::buffer(bytes);
        const std::size_t size =
            co_await socket.async_receive(room, asio::redirect_error(asio::use_awaitable, failed));
        // Lost messages (ENOBUFS) are news as well.
        const bool overrun = failed == boost::system::errc::no_buffer_space;
        if (overrun) failed = {};
        if (overrun || (!failed && tells_of_something_new(bytes.data(), size))) on_up();
    }
}

} // namespace mizo::net
