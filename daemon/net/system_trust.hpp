#pragma once

#include <boost/asio/ssl/context.hpp>

namespace mizo::net {

// Has the context trust what this machine trusts.
void trust_what_the_system_trusts(boost::asio::ssl::context& context, boost::system::error_code& failed);

} // namespace mizo::net
