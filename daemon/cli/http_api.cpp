#include "daemon/cli/http_api.hpp"

#include "daemon/cli/service_words.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>

namespace mizo::cli {

namespace asio = boost::asio;

namespace {

constexpr std::size_t body_max = 64 * 1024 * 1024; // a page of 500 deliveries has about 1 MiB
constexpr std::chrono::minutes silence_limit{2};

// Runs one call on a loop of its own; what it throws is thrown here.
template <class Work>
base::Result<net::HttpAnswer> run(asio::io_context& loop, Work work)
{
    std::optional<base::Result<net::HttpAnswer>> answer;
    std::exception_ptr failure;
    auto call = [&]() -> asio::awaitable<void> { answer.emplace(co_await work()); };
    asio::co_spawn(loop, call, [&](std::exception_ptr thrown) {
        failure = thrown;
        loop.stop();
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*answer);
}

} // namespace

HttpApi::HttpApi(DaemonAddress daemon) : daemon_{std::move(daemon)}
{
    if (!daemon_.url.secure) return;
    auto tls = net::make_client_tls(daemon_.ca_file);
    if (!tls) throw Stop{Exit::usage, "--ca-file: " + tls.error().text()};
    tls_ = std::move(*tls);
}

ApiAnswer HttpApi::send(const ApiRequest& request)
{
    asio::io_context loop{1};
    net::Trace trace;
    const net::HttpRequest http = http_request(request);
    auto answer = run(loop, [&] { return net::fetch(http, trace); });
    if (!answer) give_up(answer.error());
    return {answer->status, std::move(answer->body)};
}

ApiAnswer HttpApi::stream(const ApiRequest& request, const OnPiece& on_piece)
{
    asio::io_context loop{1};
    net::Trace trace;
    net::HttpStream stream{http_request(request), silence_limit, on_piece};
    stream.request.route.abort = std::make_shared<net::Abort>();

    bool interrupted = false;
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](const boost::system::error_code& cancelled, int) {
        if (cancelled) return;
        interrupted = true;
        stream.request.route.abort->fire();
    });
    auto answer = run(loop, [&] { return net::fetch_stream(stream, trace); });
    if (interrupted) return {0, {}, true};
    if (!answer) give_up(answer.error());
    return {answer->status, std::move(answer->body)};
}

net::HttpRequest HttpApi::http_request(const ApiRequest& request) const
{
    net::HttpRequest http;
    http.route.url = daemon_.url;
    http.route.url.target = "/api/v1" + request.path;
    http.route.tls = tls_;
    http.method = request.method;
    http.headers.add("Authorization", "Bearer " + std::string{daemon_.key.reveal()});
    if (request.body) {
        http.headers.add("Content-Type", "application/json");
        http.body = json::serialize(*request.body);
    }
    if (!request.last_event_id.empty()) http.headers.add("Last-Event-ID", request.last_event_id);
    http.body_max = body_max;
    http.answer_limit = request.answer_limit;
    return http;
}

void HttpApi::give_up(const base::Error& error) const
{
    if (error.kind() == base::Errc::too_large) throw Stop{Exit::failed, error.text()};
    throw Stop{Exit::unreachable, "the daemon does not answer at " + daemon_.url.authority() + ": " +
                                      error.text() +
                                      ".\nIs the service running? Look with: " + look_at_service};
}

} // namespace mizo::cli
