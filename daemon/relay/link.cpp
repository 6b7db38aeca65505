#include "daemon/relay/link.hpp"

#include "daemon/net/channel.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/relay/driver.hpp"
#include "daemon/relay/enrolment.hpp"

namespace mizo::relay {

using base::Errc;
using base::Error;

Link::Link(Parts parts, Settings session_settings, LinkSettings settings)
    : driver_{std::make_unique<Driver>(std::move(parts), std::move(session_settings), std::move(settings))}
{}

Link::~Link() = default;

asio::awaitable<void> Link::start()
{
    return driver_->start();
}

asio::awaitable<void> Link::stop()
{
    return driver_->stop();
}

void Link::set_settings(LinkSettings settings)
{
    driver_->settings() = std::move(settings);
}

void Link::stored(Seq next_seq)
{
    driver_->stored(next_seq);
}

void Link::trimmed(Seq first_seq)
{
    driver_->post(Trimmed{first_seq});
}

void Link::status_facts(Status status)
{
    driver_->post(StatusFacts{std::move(status)});
}

void Link::set_inbox(Inbox* inbox)
{
    driver_->set_inbox(inbox);
}

bool Link::send(Frame frame)
{
    return driver_->send(std::move(frame));
}

View Link::view() const
{
    return driver_->view();
}

std::vector<LinkAlert> Link::alerts() const
{
    return driver_->alerts();
}

void Link::retry_now()
{
    driver_->post(RetryNow{});
}

void Link::network_up()
{
    driver_->post(NetworkUp{});
}

Latencies& Link::latencies()
{
    return driver_->latencies();
}

asio::awaitable<base::Result<void>> Link::enroll(std::string url, base::Secret code)
{
    custody::LinkIdentity& identity = driver_->parts().identity;
    if (identity.enrolled())
        co_return Error{Errc::conflict, "link_already_enrolled",
                        "This relay is enrolled already. Forget the present link first; what waits is kept."};
    const base::Result<std::string> enroll_url = enrolment_url(url);
    if (!enroll_url) co_return enroll_url.error();
    base::Result<net::Route> route = driver_->route_to(*enroll_url, nullptr);
    if (!route) co_return route.error();

    certs::P256Key key = certs::P256Key::generate();
    net::HttpRequest request;
    request.route = std::move(*route);
    request.method = "POST";
    request.headers.add("Content-Type", "application/json");
    request.body = enrolment_request(code, key.jwk(), driver_->session_settings());
    net::Trace trace;
    const base::Result<net::HttpAnswer> answer = co_await net::fetch(request, trace);
    if (!answer) co_return answer.error();
    base::Result<Enrolment> enrolment = read_enrolment(*answer);
    if (!enrolment) co_return enrolment.error();

    co_await identity.enroll(std::move(key), enrolment->relay_id, enrolment->connect_url);
    driver_->logger().info("enrolled", {{"relay_id", enrolment->relay_id}});
    driver_->post(Enrolled{Identity{enrolment->relay_id, enrolment->connect_url}});
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> Link::forget()
{
    custody::LinkIdentity& identity = driver_->parts().identity;
    if (!identity.enrolled())
        co_return Error{Errc::not_found, "link_not_enrolled", "This relay is not enrolled."};
    co_await identity.forget();
    driver_->logger().info("identity forgotten");
    driver_->post(Forgotten{});
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<net::Trace>> Link::test(std::string url)
{
    custody::LinkIdentity& identity = driver_->parts().identity;
    net::Trace trace;
    const bool known = identity.enrolled() && (url.empty() || url == identity.connect_url());
    if (url.empty()) url = identity.connect_url();
    if (url.empty())
        co_return Error{Errc::not_found, "link_not_enrolled",
                        "This relay is not enrolled; give the address to be tested."};
    base::Result<net::Route> route = driver_->route_to(url, nullptr);
    if (!route) co_return route.error();
    if (!known) {
        // Without an identity the upgrade would be refused: the way up to TLS is what can be tested.
        const auto stream = co_await net::dial(*route, trace);
        co_return trace;
    }
    base::Result<base::Secret> bearer = identity.bearer(url);
    if (!bearer) co_return bearer.error();
    net::ChannelRequest request;
    request.route = std::move(*route);
    request.bearer = std::move(*bearer);
    request.protocol = "mizo-link.v1";
    request.user_agent = "mizo-relay";
    // Closed before hello, so that the live link is not taken for an older one of ours.
    auto opened = co_await net::open_channel(request, trace);
    if (opened) (*opened)->abort();
    co_return trace;
}

} // namespace mizo::relay
