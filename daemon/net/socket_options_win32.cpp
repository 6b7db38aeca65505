#include "daemon/net/socket_options.hpp"

#include <mstcpip.h>

namespace mizo::net {

namespace {

// What is sent and not acknowledged for this long means a dead peer; a silent connection is probed.
constexpr DWORD retransmit_s = 20;
constexpr ULONG probe_after_ms = 20'000;
constexpr ULONG probe_every_ms = 10'000;

// TCP_MAXRT of ws2ipdef.h, which mingw-w64 does not have.
constexpr int tcp_max_retransmit = 5;

} // namespace

void tune(asio::ip::tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    const SOCKET handle = socket.native_handle();
    // The options of Linux' names came with Windows 10's version 1709; this is older than 2016.
    tcp_keepalive probing{1, probe_after_ms, probe_every_ms};
    DWORD size = 0;
    ::WSAIoctl(handle, SIO_KEEPALIVE_VALS, &probing, sizeof probing, nullptr, 0, &size, nullptr, nullptr);
    ::setsockopt(handle, IPPROTO_TCP, tcp_max_retransmit, reinterpret_cast<const char*>(&retransmit_s),
                 sizeof retransmit_s);
}

// SO_REUSEADDR would let any program take the webhooks from under us; a restart does not need it here.
void claim_address(asio::ip::tcp::acceptor& acceptor)
{
    using Exclusive = asio::detail::socket_option::boolean<SOL_SOCKET, SO_EXCLUSIVEADDRUSE>;
    acceptor.set_option(Exclusive{true});
}

} // namespace mizo::net
