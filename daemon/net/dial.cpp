#include "daemon/net/dial.hpp"

#include "daemon/net/dial_message.hpp"
#include "daemon/net/dial_resolve.hpp"
#include "daemon/net/dial_tls.hpp"
#include "daemon/net/dial_tunnel.hpp"
#include "daemon/net/socket_options.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace mizo::net {

namespace {

using base::Errc;
using boost::system::error_code;
using std::chrono::milliseconds;

std::string text_of(const asio::ip::tcp::endpoint& endpoint)
{
    const auto address = endpoint.address();
    const auto text = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return text + ":" + std::to_string(endpoint.port());
}

std::string list_of(const std::vector<asio::ip::address>& addresses)
{
    std::string text;
    for (const auto& address : addresses) text += (text.empty() ? "" : ", ") + address.to_string();
    return text;
}

// Goes through the stages of one dialling.
class Dialler {
public:
    Dialler(const Route& route, Trace& trace, asio::any_io_executor executor)
        : route_{route},
          trace_{trace},
          executor_{std::move(executor)},
          socket_{executor_},
          until_{base::SystemClock{}.steady() + route.limits.total}
    {}

    asio::awaitable<base::Result<std::unique_ptr<OutboundStream>>> run();

private:
    using Ended = std::optional<base::Error>; // empty: the stage is done

    asio::awaitable<Ended> find_addresses();
    asio::awaitable<Ended> connect();
    asio::awaitable<std::optional<Fault>> connect_to(asio::ip::tcp::endpoint endpoint, milliseconds limit);
    asio::awaitable<Ended> tunnel();
    asio::awaitable<Ended> secure();

    // Where the connection itself leads: the proxy where there is one.
    const std::string& first_host() const { return route_.proxy ? route_.proxy->host : route_.url.host; }
    std::uint16_t first_port() const { return route_.proxy ? route_.proxy->port : route_.url.port; }
    std::optional<Fault> check(const std::vector<asio::ip::address>& addresses) const;
    Message firewall_advice() const;
    // The stage's own limit, or what is left of the whole.
    milliseconds limited(milliseconds limit) const;
    bool given_up_by_owner() const { return route_.abort && route_.abort->fired(); }

    const Route& route_;
    Trace& trace_;
    asio::any_io_executor executor_;
    asio::ip::tcp::socket socket_;
    base::SteadyTime until_;
    std::vector<asio::ip::address> addresses_;
    std::unique_ptr<OutboundStream> stream_;
};

asio::awaitable<base::Result<std::unique_ptr<OutboundStream>>> Dialler::run()
{
    Ended ended = co_await find_addresses();
    if (!ended) ended = co_await connect();
    if (!ended) ended = co_await tunnel();
    if (!ended) ended = co_await secure();
    if (ended) co_return *ended;
    co_return std::move(stream_);
}

asio::awaitable<Dialler::Ended> Dialler::find_addresses()
{
    StageRecorder stage{trace_, DialStage::resolve};
    Resolved resolved = co_await resolve(first_host(), route_);
    if (given_up_by_owner()) co_return stage.failed(given_up());
    const Message::Args host{{"host", first_host()}};
    if (resolved.addresses.empty()) {
        const auto kind = resolved.timed_out ? Errc::timeout : Errc::unreachable;
        const auto reason = resolved.timed_out ? "no answer in time" : resolved.reason;
        co_return stage.failed(
            Fault{kind, make_message("link_name_failed", host), reason}.advise(make_message("advice_dns")));
    }
    if (auto fault = check(resolved.addresses)) co_return stage.failed(std::move(*fault));
    addresses_ = std::move(resolved.addresses);
    stage.done(make_message("test_name_ok", {{"host", first_host()}, {"addresses", list_of(addresses_)}}));
    co_return std::nullopt;
}

std::optional<Fault> Dialler::check(const std::vector<asio::ip::address>& addresses) const
{
    const auto fault = [](const std::string& host, const std::string& address) {
        return Fault{Errc::denied,
                     make_message("link_address_forbidden", {{"host", host}, {"address", address}})};
    };
    // Any: a name that also leads elsewhere is not to be trusted with the choice. Without TLS a name must
    // be this machine whatever the resolver says.
    for (const auto& address : addresses)
        if (is_forbidden_address(address) || (!route_.url.secure && !address.is_loopback()))
            return fault(first_host(), address.to_string());
    error_code is_name;
    const auto target = asio::ip::make_address(route_.url.host, is_name);
    if (!is_name && is_forbidden_address(target)) return fault(route_.url.host, target.to_string());
    return std::nullopt;
}

asio::awaitable<Dialler::Ended> Dialler::connect()
{
    StageRecorder stage{trace_, DialStage::connect};
    const auto end = base::SystemClock{}.steady() + limited(route_.limits.connect);
    std::optional<Fault> fault;
    for (std::size_t at = 0; at < addresses_.size(); ++at) {
        const auto left = std::chrono::duration_cast<milliseconds>(end - base::SystemClock{}.steady());
        const auto share = left / static_cast<std::int64_t>(addresses_.size() - at);
        const asio::ip::tcp::endpoint endpoint{addresses_[at], first_port()};
        fault = co_await connect_to(endpoint, share);
        if (given_up_by_owner()) co_return stage.failed(given_up());
        if (fault) continue;
        stage.done(make_message("test_tcp_ok", {{"address", text_of(endpoint)}}));
        co_return std::nullopt;
    }
    co_return stage.failed(std::move(*fault).advise(firewall_advice()));
}

asio::awaitable<std::optional<Fault>> Dialler::connect_to(asio::ip::tcp::endpoint endpoint,
                                                          milliseconds limit)
{
    error_code failed;
    socket_.close(failed);
    const Deadline deadline{executor_, limit,
                            [this] {
                                error_code ignored;
                                socket_.close(ignored);
                            },
                            route_.abort};
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failed));
    const Message::Args address{{"address", text_of(endpoint)}};
    if (deadline.expired() || failed == asio::error::timed_out)
        co_return Fault{Errc::timeout, make_message("link_connect_timeout", address)};
    if (failed == asio::error::connection_refused)
        co_return Fault{Errc::unreachable, make_message("link_connect_refused", address)};
    if (failed)
        co_return Fault{Errc::unreachable, make_message("link_network", {{"reason", failed.message()}})};
    tune(socket_);
    co_return std::nullopt;
}

asio::awaitable<Dialler::Ended> Dialler::tunnel()
{
    StageRecorder stage{trace_, DialStage::proxy};
    if (!route_.proxy) {
        stage.done(make_message("test_proxy_none"));
        co_return std::nullopt;
    }
    const Deadline deadline{executor_, limited(route_.limits.proxy),
                            [this] {
                                error_code ignored;
                                socket_.close(ignored);
                            },
                            route_.abort};
    auto fault = co_await open_tunnel(socket_, route_, trace_);
    if (given_up_by_owner()) co_return stage.failed(given_up());
    const auto proxy = route_.proxy->shown();
    if (deadline.expired())
        fault = Fault{Errc::timeout,
                      make_message("link_proxy_failed", {{"proxy", proxy}, {"reason", "no answer in time"}})}
                    .advise(make_message("advice_proxy"));
    if (fault) co_return stage.failed(std::move(*fault));
    stage.done(make_message("test_proxy_ok", {{"proxy", proxy}}));
    co_return std::nullopt;
}

asio::awaitable<Dialler::Ended> Dialler::secure()
{
    StageRecorder stage{trace_, DialStage::tls};
    stream_ = std::make_unique<OutboundStream>(std::move(socket_));
    if (!route_.url.secure) {
        stage.done(make_message("test_tls_plain"));
        co_return std::nullopt;
    }
    stream_->begin_tls(route_.tls, route_.url.host);
    const ChainWatch chain{stream_->tls_handle()};
    const Deadline deadline{executor_, limited(route_.limits.tls), [this] { stream_->abort(); },
                            route_.abort};
    const error_code failed = co_await stream_->handshake();
    if (given_up_by_owner()) co_return stage.failed(given_up());
    if (deadline.expired())
        co_return stage.failed(
            Fault{Errc::timeout, make_message("link_tls_failed", {{"reason", "no answer in time"}})}.advise(
                make_message("advice_inspection", {{"host", route_.url.host}})));
    if (failed) co_return stage.failed(tls_fault(route_.url, chain, failed, base::SystemClock{}.wall()));
    stage.done(describe_tls(stream_->tls_handle()));
    co_return std::nullopt;
}

Message Dialler::firewall_advice() const
{
    return make_message("advice_firewall", {{"port", std::to_string(first_port())}, {"host", first_host()}});
}

milliseconds Dialler::limited(milliseconds limit) const
{
    const auto left = std::chrono::duration_cast<milliseconds>(until_ - base::SystemClock{}.steady());
    return std::clamp(left, milliseconds{0}, limit);
}

} // namespace

asio::awaitable<base::Result<std::unique_ptr<OutboundStream>>> dial(const Route& route, Trace& trace)
{
    const auto executor = co_await asio::this_coro::executor;
    Dialler dialler{route, trace, executor};
    co_return co_await dialler.run();
}

} // namespace mizo::net
