#include "daemon/net/system_trust.hpp"

namespace mizo::net {

void trust_what_the_system_trusts(boost::asio::ssl::context& context, boost::system::error_code& failed)
{
    context.set_default_verify_paths(failed);
}

} // namespace mizo::net
