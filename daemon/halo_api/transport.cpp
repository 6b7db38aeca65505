#include "daemon/halo_api/transport.hpp"

#include "daemon/halo/api_fault.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>

namespace mizo::halo_api {

namespace {

using base::Errc;

// The system's trust store and halo.ca_file are read again after this, for renewed roots to be seen.
constexpr std::chrono::minutes trust_for{10};

// The dialling's advice names the link's settings; HaloPSA has its own.
std::optional<net::Message> advice_of(const net::DialStep& step)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> own{
        {{"advice_proxy", "advice_halo_proxy"},
         {"advice_inspection", "advice_halo_inspection"},
         {"advice_ca_file", "advice_halo_ca_file"}}};
    auto advice = step.advice;
    for (const auto& [of_the_link, of_halo] : own)
        if (advice && advice->code == of_the_link) advice->code = of_halo;
    return advice;
}

Sent failed(std::string_view code, std::string reason, std::optional<net::Message> advice = {})
{
    return Sent{halo::api_fault(code, std::move(reason)), std::move(advice), {}};
}

// `expired`: our own limit ended it.
Sent fault_of(const base::Error& error, const net::Trace& trace, bool expired)
{
    if (error.kind() == Errc::shutting_down && !expired) return failed("halo_stopped", {});
    if (const net::DialStep* step = trace.failed()) {
        const char* code = error.kind() == Errc::tls ? "halo_tls" : "halo_unreachable";
        return failed(code, expired ? "no connection in time" : step->message.text, advice_of(*step));
    }
    if (expired || error.kind() == Errc::timeout) return failed("halo_timeout", "no answer in time");
    if (error.kind() == Errc::too_large) return failed("halo_answer_too_large", error.text());
    if (error.kind() == Errc::malformed) return failed("halo_answer_unexpected", error.text());
    return failed("halo_timeout", "the connection broke");
}

} // namespace

void Transport::use(net::RouteSettings way)
{
    way_ = std::move(way);
    tls_ = nullptr;
}

base::Result<net::Route> Transport::route_to(const std::string& url)
{
    const base::SteadyTime now = clock_.steady();
    if (tls_ && now - tls_read_ > trust_for) tls_ = nullptr;
    auto route = net::make_route(url, way_, tls_);
    if (route && route->tls && !tls_) {
        tls_ = route->tls;
        tls_read_ = now;
    }
    return route;
}

asio::awaitable<Sent> Transport::send(Outgoing out, std::shared_ptr<net::Abort> abort)
{
    auto route = route_to(out.url);
    if (!route) {
        const bool trust = route.error().code().starts_with("tls.");
        co_return failed(trust ? "halo_tls" : "halo_unreachable", route.error().text());
    }
    net::HttpRequest request;
    request.route = std::move(*route);
    request.route.abort = abort;
    request.route.limits.total = std::min(request.route.limits.total, out.limit);
    request.method = std::move(out.method);
    request.headers = std::move(out.headers);
    request.body = std::move(out.body);
    request.body_max = out.body_max;
    request.answer_limit = out.limit;

    const auto executor = co_await asio::this_coro::executor;
    auto expired = std::make_shared<bool>(false);
    asio::steady_timer limit{executor, out.limit};
    limit.async_wait([abort, expired](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        *expired = true;
        abort->fire();
    });
    net::Trace trace;
    auto answer = co_await net::fetch(request, trace);
    limit.cancel();
    if (!answer) co_return fault_of(answer.error(), trace, *expired);
    co_return Sent{std::move(*answer), {}, trace.retry_after};
}

} // namespace mizo::halo_api
