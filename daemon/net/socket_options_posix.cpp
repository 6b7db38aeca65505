#include "daemon/net/socket_options.hpp"

namespace mizo::net {

namespace {

// What is sent and not acknowledged for this long means a dead peer; a silent connection is probed.
constexpr int user_timeout_ms = 20'000;
constexpr int probe_after_s = 20;
constexpr int probe_every_s = 10;
constexpr int probes = 3;

template <int Level, int Name>
using Option = asio::detail::socket_option::integer<Level, Name>;

} // namespace

void tune(asio::ip::tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    socket.set_option(Option<IPPROTO_TCP, TCP_KEEPIDLE>{probe_after_s}, ignored);
    socket.set_option(Option<IPPROTO_TCP, TCP_KEEPINTVL>{probe_every_s}, ignored);
    socket.set_option(Option<IPPROTO_TCP, TCP_KEEPCNT>{probes}, ignored);
    socket.set_option(Option<IPPROTO_TCP, TCP_USER_TIMEOUT>{user_timeout_ms}, ignored);
}

void claim_address(asio::ip::tcp::acceptor& acceptor)
{
    acceptor.set_option(asio::ip::tcp::acceptor::reuse_address{true});
}

} // namespace mizo::net
