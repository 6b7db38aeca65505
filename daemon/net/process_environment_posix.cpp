#include "daemon/base/environment.hpp"
#include "daemon/net/proxy.hpp"

namespace mizo::net {

Environment process_environment()
{
    return [](std::string_view name) { return base::environment_variable(std::string{name}); };
}

} // namespace mizo::net
