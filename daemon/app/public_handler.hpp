#pragma once

#include "daemon/net/server.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>
#include <utility>

namespace mizo::app {

namespace asio = boost::asio;

// What the public listener serves: the ticket tab under /tab, and HaloPSA's webhooks, to which everything
// else is left, so that it is refused and counted in one place.
class PublicHandler final : public net::RequestHandler {
public:
    PublicHandler(net::RequestHandler& webhooks, net::RequestHandler& tab) : webhooks_{webhooks}, tab_{tab} {}

    net::Admission admit(const web::RequestHead& head) override { return behind(head).admit(head); }
    asio::awaitable<web::Response> handle(web::Request request) override
    {
        net::RequestHandler& handler = behind(request.head);
        return handler.handle(std::move(request));
    }
    web::Response refuse(int status, std::string_view what) override
    {
        return webhooks_.refuse(status, what);
    }

private:
    net::RequestHandler& behind(const web::RequestHead& head)
    {
        return head.path == "/tab" || head.path.starts_with("/tab/") ? tab_ : webhooks_;
    }

    net::RequestHandler& webhooks_;
    net::RequestHandler& tab_;
};

} // namespace mizo::app
