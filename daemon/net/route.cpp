#include "daemon/net/route.hpp"

namespace mizo::net {

base::Result<Route> make_route(const std::string& url, const RouteSettings& settings, TlsContext tls)
{
    auto parsed = parse_url(url);
    if (!parsed) return parsed.error();
    Route route;
    route.url = std::move(*parsed);
    auto proxy = choose_proxy(route.url, settings.proxy, process_environment());
    if (!proxy) return proxy.error();
    route.proxy = std::move(*proxy);
    if (route.proxy && !settings.proxy_user.empty())
        route.proxy->authorization = basic_authorization(
            base::Secret{settings.proxy_user + ':' + std::string{settings.proxy_password.reveal()}});
    if (route.url.secure && !tls) {
        auto made = make_client_tls(settings.ca_file);
        if (!made) return made.error();
        tls = std::move(*made);
    }
    route.tls = std::move(tls);
    return route;
}

} // namespace mizo::net
