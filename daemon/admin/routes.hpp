#pragma once

#include "daemon/admin/services.hpp"
#include "daemon/web/router.hpp"

namespace mizo::admin {

// What a call asks of its caller.
enum class Access : std::uint8_t {
    open, // nothing
    signed_in,
    fresh, // signed in, and the password entered within the last minutes; the admin key is exempt
};

struct Route {
    Action action = nullptr;
    Access access = Access::signed_in;
};

web::Router<Route> make_routes();

// The largest body taken on this path.
std::size_t body_max_of(std::string_view path);

} // namespace mizo::admin
