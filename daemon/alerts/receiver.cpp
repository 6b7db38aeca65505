#include "daemon/alerts/receiver.hpp"

#include "daemon/net/http_client.hpp"

namespace mizo::alerts {

namespace {

using config::Key;

constexpr std::chrono::milliseconds dial_limit{10'000};
constexpr std::chrono::milliseconds answer_limit{10'000};
constexpr std::size_t answer_max = 16 * 1024; // nothing of it is used

class HttpReceiver final : public Receiver {
public:
    explicit HttpReceiver(net::RouteSettings way) : way_{std::move(way)} {}

    asio::awaitable<base::Result<Answered>> post(std::string url, std::string body) override
    {
        base::Result<net::Route> route = net::make_route(url, way_);
        if (!route) co_return route.error();
        net::HttpRequest request;
        request.route = std::move(*route);
        request.route.abort = abort_;
        request.route.limits.total = dial_limit;
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "mizo-relay"}};
        request.body = std::move(body);
        request.body_max = answer_max;
        request.answer_limit = answer_limit;
        net::Trace trace;
        const base::Result<net::HttpAnswer> answer = co_await net::fetch(request, trace);
        if (!answer) co_return answer.error();
        co_return Answered{answer->status, trace.retry_after};
    }
    void set_way(net::RouteSettings way) override { way_ = std::move(way); }
    void stop() override { abort_->fire(); }

private:
    net::RouteSettings way_;
    std::shared_ptr<net::Abort> abort_ = std::make_shared<net::Abort>();
};

} // namespace

net::RouteSettings way_out(const config::Settings& settings)
{
    return {settings.text(Key::link_proxy), settings.text(Key::link_proxy_user),
            base::Secret{std::string{settings.secret(Key::link_proxy_password)}},
            settings.text(Key::link_ca_file)};
}

std::unique_ptr<Receiver> make_http_receiver(net::RouteSettings way)
{
    return std::make_unique<HttpReceiver>(std::move(way));
}

} // namespace mizo::alerts
